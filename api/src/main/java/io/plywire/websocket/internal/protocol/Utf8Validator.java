// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import java.nio.ByteBuffer;

/** Checks that a stream of bytes is UTF-8, piece by piece (RFC 3629). */
public final class Utf8Validator {

  /** Makes a validator at the beginning of a text. */
  public Utf8Validator() {}

  /**
   * Checks the next bytes of the text.
   *
   * @param buffer any buffer; position and limit stay
   * @param from index of the first byte
   * @param to index after the last byte
   * @return false if the text cannot become UTF-8 any more, whatever follows; then it stays false
   */
  public boolean validate(ByteBuffer buffer, int from, int to) {
    throw new UnsupportedOperationException();
  }

  /** Tells whether the text so far is valid and does not end inside a code point. */
  public boolean complete() {
    throw new UnsupportedOperationException();
  }

  /** Begins a new text. */
  public void reset() {}
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import io.plywire.websocket.deflate.DeflateOptions;

/** What serves one message after the other, whichever connection's, with memory of an engine. */
public interface Reusable {
  /** Tells whether it does what options ask for, in a window of the given size. */
  boolean suits(DeflateOptions options, int windowBits);

  /** Becomes as new, wherever in a message it is. If that throws, it is to be released. */
  void reset();

  /** Frees what the engine holds. */
  void release();
}

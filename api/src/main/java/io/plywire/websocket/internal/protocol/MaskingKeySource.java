// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

/**
 * Where masking keys come from: {@link MaskingKeys#secure()}, or a written list in a test.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.3">RFC 6455 §5.3</a>
 */
@FunctionalInterface
public interface MaskingKeySource {

  /** Returns the next key, as {@link FrameHeader#maskingKey} wants it; never 0. */
  int next();
}

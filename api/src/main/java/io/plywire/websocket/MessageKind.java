// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

/**
 * The two kinds of messages.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.6">RFC 6455 section 5.6</a>
 */
public enum MessageKind {
  /** Text: the payload is UTF-8, which is checked in both directions. */
  TEXT,
  /** Any bytes. */
  BINARY
}

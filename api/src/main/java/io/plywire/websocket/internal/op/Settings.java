// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * What the application may change while the connection lives. The public stream writes and reads
 * the fields, on any thread; operations look at them when a message begins.
 */
public final class Settings {
  /** The kind of the next message that is written in parts. */
  public volatile MessageKind writeKind = MessageKind.TEXT;

  /** Whether the next message may be cut into frames of the write buffer's size. */
  public volatile boolean autoFragment;

  /** The size of the write buffer for the next message; 0 if nobody has set it. */
  public volatile int writeBufferBytes;

  /** Whether the next message is compressed, if that was agreed on. */
  public volatile boolean compress = true;

  /** Whether all of a part of a compressed message can be read when the part has been sent. */
  public volatile boolean flushParts;

  /** The longest message that is received, in bytes; 0 for no limit. */
  public volatile long readMessageMax;

  /** Whether the peer's close frame is answered at once, by itself. */
  public volatile boolean answerClose = true;

  /** Who hears of control frames. */
  public volatile @Nullable ControlCallback controlCallback;

  Settings(WebSocketOptions options) {
    autoFragment = options.autoFragment();
    readMessageMax = options.readMessageMax();
  }
}

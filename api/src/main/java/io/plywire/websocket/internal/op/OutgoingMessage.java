// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.internal.protocol.Opcode;
import io.plywire.websocket.internal.protocol.Utf8Validator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The message that is being written: what its first part decided for all of it, and how far it is.
 *
 * <p>It is in progress from its first byte to its last frame. Whatever is set in between concerns
 * the next one.
 */
final class OutgoingMessage {
  // Decided when the call of the first part is made.
  private byte opcode;
  private boolean fragmenting;
  private boolean compressed; // as far as the application is concerned, until it begins
  private int bufferBytes;

  private boolean frameSent;
  private volatile boolean inProgress; // any thread may ask

  // Of a text that is checked: after the parts that were checked, and where the last part began.
  private @Nullable Utf8Validator reached;
  private @Nullable Utf8Validator partBegan;

  /** A call is made, whose part is the first unless a message is in progress. */
  void decide(int messageOpcode, Connection c) {
    if (!inProgress) {
      Settings settings = c.settings;
      opcode = (byte) messageOpcode;
      fragmenting = settings.autoFragment;
      compressed = settings.compress;
      bufferBytes = c.writeBufferBytes();
    }
  }

  /**
   * The first part is about to be written.
   *
   * @param compressible whether it is worth compressing, and the peer would understand
   */
  void begin(boolean compressible) {
    compressed &= compressible;
    frameSent = false;
    if (reached != null) {
      reached.reset();
    }
  }

  /** Some of it is on its way, if only into the compressor. */
  void absorbed() {
    inProgress(true);
  }

  /** A frame of it was sent, or the last one. */
  void frameSent(boolean last) {
    frameSent = true;
    inProgress(!last);
  }

  private void inProgress(boolean now) {
    if (inProgress != now) { // a volatile write costs more than to look
      inProgress = now;
    }
  }

  /** Tells whether some of it was written, and its last part was not. */
  boolean isInProgress() {
    return inProgress;
  }

  boolean isText() {
    return opcode == Opcode.TEXT;
  }

  boolean isCompressed() {
    return compressed;
  }

  /** Tells whether a frame of it was sent. */
  boolean isFrameSent() {
    return frameSent;
  }

  /** Returns the opcode of the next frame. */
  byte frameOpcode() {
    return frameSent ? Opcode.CONTINUATION : opcode;
  }

  /** Returns how long the payload of the next frame may be at most. */
  long framePayloadMax() {
    return fragmenting ? bufferBytes : Long.MAX_VALUE;
  }

  /** Returns the size of the write buffer. */
  int bufferBytes() {
    return bufferBytes;
  }

  // ---- text

  /** Begins to check a part; returns what checks it. */
  Utf8Validator beginPart() {
    if (reached == null || partBegan == null) {
      reached = new Utf8Validator();
      partBegan = new Utf8Validator();
    }
    partBegan.copyFrom(reached);
    return reached;
  }

  /** Goes back to where the part began; returns what checks it. */
  Utf8Validator backToPart() {
    Utf8Validator text = Objects.requireNonNull(reached);
    text.copyFrom(Objects.requireNonNull(partBegan));
    return text;
  }
}

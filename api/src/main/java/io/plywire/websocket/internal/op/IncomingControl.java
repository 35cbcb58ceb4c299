// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.internal.op.Machine.Next;
import io.plywire.websocket.internal.protocol.CloseFrame;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Opcode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What follows from a control frame that has come: the application's callback hears of it, a ping
 * is answered, and a close frame begins the end. Nothing is kept here from one to the next.
 */
final class IncomingControl {
  private IncomingControl() {}

  /**
   * Takes a control frame.
   *
   * @param from has its payload, unmasked, right before the position
   * @param callback of the application, or null
   * @return how the reader goes on
   */
  static Next received(
      ReadOp reader, FrameHeader frame, ByteBuffer from, @Nullable ControlCallback callback) {
    int length = (int) frame.payloadLength;
    int start = from.position() - length;
    Observation told = reader.c.observation();
    if (told != null) {
      told.controlReceived(frame.opcode, from, length);
    }
    return switch (frame.opcode) {
      case Opcode.CLOSE -> closeReceived(reader, from.slice(start, length), callback);
      case Opcode.PING -> pingReceived(reader, from, start, length, callback);
      default -> pongReceived(reader, from, start, length, callback);
    };
  }

  private static Next closeReceived(
      ReadOp reader, ByteBuffer payload, @Nullable ControlCallback callback) {
    CloseFrame.Parsed parsed = CloseFrame.parse(payload);
    if (parsed.violation() != null) {
      return reader.refuse(parsed.violation());
    }
    boolean answered = reader.c.lifecycle.closeFrameReceived(parsed.reason());
    if (callback != null && !tell(reader, callback, ControlCallback.Kind.CLOSE, payload.rewind())) {
      return Next.AGAIN;
    }
    if (answered) {
      reader.c.operations.closeReply().answer(CloseFrame.reply(parsed.reason()));
    }
    return reader.awaitEnd();
  }

  private static Next pingReceived(
      ReadOp reader, ByteBuffer from, int start, int length, @Nullable ControlCallback callback) {
    if (callback != null
        && !tell(reader, callback, ControlCallback.Kind.PING, from.slice(start, length))) {
      return Next.AGAIN;
    }
    if (reader.c.lifecycle.isOpen()) { // whoever is closing answers no pings
      reader.c.operations.autoPong().answer(from, start, length);
    }
    return Next.AGAIN;
  }

  private static Next pongReceived(
      ReadOp reader, ByteBuffer from, int start, int length, @Nullable ControlCallback callback) {
    if (callback != null) {
      tell(reader, callback, ControlCallback.Kind.PONG, from.slice(start, length));
    }
    return Next.AGAIN;
  }

  /** Tells the application; returns whether the connection is to go on as if it had not. */
  private static boolean tell(
      ReadOp reader, ControlCallback callback, ControlCallback.Kind kind, ByteBuffer payload) {
    try {
      callback.received(kind, payload.asReadOnlyBuffer());
    } catch (RuntimeException | Error e) {
      reader.refuse(
          new WebSocketException(
              WebSocketError.CALLBACK_FAILED, "the control callback threw " + e, e),
          reader.c.options.handlerFailureReason());
      return false;
    }
    return !reader.c.lifecycle.hasEnded();
  }
}

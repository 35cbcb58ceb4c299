// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.internal.protocol.Opcode;
import io.plywire.websocket.observe.OpeningReport;
import io.plywire.websocket.observe.WebSocketObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Tells an observer what happens to one connection, and keeps count of what it wants to know. A
 * connection that nobody observes has none; one that is observed late, since a recording has begun,
 * counts from then on. Confined to the executor.
 */
final class Observation {
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int PAYLOAD_LENGTH = 0x7F;
  private static final int MASKED = 0x80;
  private static final int MASK_BYTES = 4;

  private final WebSocketStream webSocket;
  private final WebSocketObserver observer;
  private final StreamExecutor executor;

  // The opening, and then the life of the WebSocket.
  private boolean openingBegan;
  private long began;
  private String path = "";
  private int status;

  // The message that is coming, and the one that is going.
  private int framesIn;
  private int framesOut;
  private long wireBytesOut;
  private long bytesOut; // of calls that have ended

  // The last ping.
  private boolean pinged;
  private int pingHash;
  private long pingedAt;

  private boolean waiting; // a write, for the next layer
  private long waitingSince;

  Observation(WebSocketStream webSocket, WebSocketObserver observer, StreamExecutor executor) {
    this.webSocket = webSocket;
    this.observer = observer;
    this.executor = executor;
    this.began = executor.nanoTime();
  }

  // ---- the opening

  void openingStarted() {
    openingBegan = true;
    began = executor.nanoTime();
  }

  /** Something is asked for. */
  void asked(String target) {
    int query = target.indexOf('?');
    path = query < 0 ? target : target.substring(0, query);
  }

  /** The server answers something else than an agreement. */
  void replied(int with) {
    status = with;
  }

  void opened(Role role) {
    OpeningReport report = new OpeningReport(role, path, SWITCHING_PROTOCOLS, took());
    began = executor.nanoTime();
    observer.opened(webSocket, report);
  }

  /** Somebody else has opened the connection. */
  void upgraded(Role role) {
    observer.opened(webSocket, new OpeningReport(role, "", 0, Duration.ZERO));
  }

  private void openingFailed(Role role, IOException error) {
    if (error instanceof WebSocketException known && known.response() != null) {
      status = known.response().status();
    }
    observer.openingFailed(webSocket, new OpeningReport(role, path, status, took()), error);
  }

  private Duration took() {
    return Duration.ofNanos(executor.nanoTime() - began);
  }

  // ---- messages that come

  void dataFrameReceived(boolean first) {
    framesIn = first ? 1 : framesIn + 1;
  }

  void messageReceived(boolean binary, long bytes, long wireBytes) {
    observer.messageReceived(webSocket, kind(binary), bytes, wireBytes, framesIn);
  }

  private static MessageKind kind(boolean binary) {
    return binary ? MessageKind.BINARY : MessageKind.TEXT;
  }

  // ---- messages that go

  void dataFrameSent(long payloadLength) {
    framesOut++;
    wireBytesOut += payloadLength;
  }

  /** A call has ended within a message. */
  void partSent(long bytes) {
    bytesOut += bytes;
  }

  void messageSent(boolean binary, long bytesOfLastCall) {
    long bytes = bytesOut + bytesOfLastCall;
    long wireBytes = wireBytesOut;
    int frames = framesOut;
    bytesOut = 0;
    wireBytesOut = 0;
    framesOut = 0;
    observer.messageSent(webSocket, kind(binary), bytes, wireBytes, frames);
  }

  // ---- control frames

  /**
   * A control frame was received.
   *
   * @param from has its payload, unmasked, right before the position
   */
  void controlReceived(int opcode, ByteBuffer from, int length) {
    observer.controlReceived(webSocket, control(opcode));
    if (opcode == Opcode.PONG
        && pinged
        && hash(from, from.position() - length, length, 0) == pingHash) {
      pinged = false;
      observer.roundTrip(webSocket, executor.nanoTime() - pingedAt);
    }
  }

  /** Whole control frames were sent, which stand in a buffer up to its limit. */
  void controlSent(ByteBuffer frames) {
    for (int at = 0; at < frames.limit(); ) {
      int opcode = frames.get(at) & 0x0F;
      int second = frames.get(at + 1);
      int length = second & PAYLOAD_LENGTH;
      int payload = at + 2 + ((second & MASKED) == 0 ? 0 : MASK_BYTES);
      if (opcode == Opcode.PING) {
        pinged = true;
        pingHash = hash(frames, payload, length, payload == at + 2 ? 0 : frames.getInt(at + 2));
        pingedAt = executor.nanoTime();
      }
      observer.controlSent(webSocket, control(opcode));
      at = payload + length;
    }
  }

  private static ControlCallback.Kind control(int opcode) {
    return switch (opcode) {
      case Opcode.PING -> ControlCallback.Kind.PING;
      case Opcode.PONG -> ControlCallback.Kind.PONG;
      default -> ControlCallback.Kind.CLOSE;
    };
  }

  private static int hash(ByteBuffer bytes, int from, int length, int mask) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      int shift = 8 * (3 - (i & 3));
      hash = 31 * hash + (byte) (bytes.get(from + i) ^ (mask >> shift));
    }
    return hash;
  }

  // ---- pressure

  /** The next layer has not answered a write at once. */
  void writeWaits() {
    waiting = true;
    waitingSince = executor.nanoTime();
  }

  /** The next layer has answered a write. */
  void writeGoesOn() {
    if (waiting) {
      waiting = false;
      long nanos = executor.nanoTime() - waitingSince;
      if (nanos >= WebSocketObserver.STALL_NANOS) {
        observer.writeStalled(webSocket, nanos);
      }
    }
  }

  // ---- the end

  void ended(Role role, boolean wasOpen, CloseOutcome outcome) {
    writeGoesOn();
    if (wasOpen) {
      observer.closed(webSocket, outcome, took());
    } else if (openingBegan && outcome.cause() != null) {
      openingFailed(role, outcome.cause());
    }
  }
}

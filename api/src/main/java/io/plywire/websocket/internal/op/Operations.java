// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.internal.protocol.Opcode;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one connection after its opening. Each is made when it is needed first, and is
 * there to stay: a connection on which nothing happens has a reader and no more.
 */
final class Operations {
  private final Connection c;

  final ReadOp reader;

  // Asked for by the application, on any thread.
  private volatile @Nullable WriteOp write;
  private volatile @Nullable PingPongOp ping;
  private volatile @Nullable PingPongOp pong;
  private volatile @Nullable CloseOp close;

  // On the executor only.
  private @Nullable AutoPongOp autoPong;
  private @Nullable KeepAliveOp keepAlive;
  private @Nullable CloseReplyOp closeReply;

  Operations(Connection c) {
    this.c = c;
    this.reader = new ReadOp(c);
  }

  WriteOp write() {
    WriteOp known = write;
    return known != null ? known : makeWrite();
  }

  /** Returns the write if there ever was one. */
  @Nullable WriteOp writeIfAny() {
    return write;
  }

  private synchronized WriteOp makeWrite() {
    WriteOp known = write;
    if (known == null) {
      known = new WriteOp(c);
      write = known;
    }
    return known;
  }

  PingPongOp ping() {
    PingPongOp known = ping;
    return known != null ? known : makePing();
  }

  private synchronized PingPongOp makePing() {
    PingPongOp known = ping;
    if (known == null) {
      known = new PingPongOp(c, Kind.PING, Opcode.PING);
      ping = known;
    }
    return known;
  }

  PingPongOp pong() {
    PingPongOp known = pong;
    return known != null ? known : makePong();
  }

  private synchronized PingPongOp makePong() {
    PingPongOp known = pong;
    if (known == null) {
      known = new PingPongOp(c, Kind.PONG, Opcode.PONG);
      pong = known;
    }
    return known;
  }

  CloseOp close() {
    CloseOp known = close;
    return known != null ? known : makeClose();
  }

  private synchronized CloseOp makeClose() {
    CloseOp known = close;
    if (known == null) {
      known = new CloseOp(c);
      close = known;
    }
    return known;
  }

  AutoPongOp autoPong() {
    AutoPongOp known = autoPong;
    if (known == null) {
      known = new AutoPongOp(c);
      autoPong = known;
    }
    return known;
  }

  KeepAliveOp keepAlive() {
    KeepAliveOp known = keepAlive;
    if (known == null) {
      known = new KeepAliveOp(c);
      keepAlive = known;
    }
    return known;
  }

  CloseReplyOp closeReply() {
    CloseReplyOp known = closeReply;
    if (known == null) {
      known = new CloseReplyOp(c);
      closeReply = known;
    }
    return known;
  }

  /** The application's close has sent its frame; a reply to the peer's is not needed any more. */
  void closeFrameSent() {
    if (closeReply != null) {
      closeReply.closeFrameSent();
    }
  }

  /** Returns one that serves a call, to be told how the connection ended. */
  @Nullable CallOp firstRunning() {
    CallOp[] inOrder = {reader, close, write, ping, pong};
    for (CallOp op : inOrder) {
      if (op != null && op.isRunning()) {
        return op;
      }
    }
    return null;
  }

  /** Tells all that the connection has ended; one that is made later finds out by itself. */
  void ended() {
    Machine[] all = {reader, closeReply, write, ping, pong, autoPong, keepAlive, close};
    for (Machine op : all) {
      if (op != null) {
        op.ended();
      }
    }
  }
}

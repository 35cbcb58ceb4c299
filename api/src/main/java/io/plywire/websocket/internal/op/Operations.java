// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.CloseReason;
import io.plywire.websocket.internal.protocol.Opcode;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one connection after its opening. Each is made when it is needed first, and is
 * there to stay: a connection on which nothing happens has a reader and no more.
 */
final class Operations {
  private static final AtomicReferenceFieldUpdater<Operations, WriteOp> WRITE =
      AtomicReferenceFieldUpdater.newUpdater(Operations.class, WriteOp.class, "write");
  private static final AtomicReferenceFieldUpdater<Operations, PingPongOp> PING =
      AtomicReferenceFieldUpdater.newUpdater(Operations.class, PingPongOp.class, "ping");
  private static final AtomicReferenceFieldUpdater<Operations, PingPongOp> PONG =
      AtomicReferenceFieldUpdater.newUpdater(Operations.class, PingPongOp.class, "pong");
  private static final AtomicReferenceFieldUpdater<Operations, CloseOp> CLOSE =
      AtomicReferenceFieldUpdater.newUpdater(Operations.class, CloseOp.class, "close");

  private final Connection c;

  final ReadOp read;

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
    this.read = new ReadOp(c);
  }

  WriteOp write() {
    WriteOp known = write;
    return known != null ? known : keep(WRITE, new WriteOp(c));
  }

  /** Returns the write if there ever was one. */
  @Nullable WriteOp writeIfAny() {
    return write;
  }

  PingPongOp ping() {
    PingPongOp known = ping;
    return known != null ? known : keep(PING, new PingPongOp(c, Kind.PING, Opcode.PING));
  }

  PingPongOp pong() {
    PingPongOp known = pong;
    return known != null ? known : keep(PONG, new PingPongOp(c, Kind.PONG, Opcode.PONG));
  }

  CloseOp close() {
    CloseOp known = close;
    return known != null ? known : keep(CLOSE, new CloseOp(c));
  }

  /** Keeps the first one that any thread has made. */
  @SuppressWarnings("NullAway") // the updater does not say that the field may be null
  private <T> T keep(AtomicReferenceFieldUpdater<Operations, T> field, T made) {
    return field.compareAndSet(this, null, made) ? made : Objects.requireNonNull(field.get(this));
  }

  AutoPongOp autoPong() {
    if (autoPong == null) {
      autoPong = new AutoPongOp(c);
    }
    return autoPong;
  }

  KeepAliveOp keepAlive() {
    if (keepAlive == null) {
      keepAlive = new KeepAliveOp(c);
    }
    return keepAlive;
  }

  CloseReplyOp closeReply() {
    if (closeReply == null) {
      closeReply = new CloseReplyOp(c);
    }
    return closeReply;
  }

  /** Tells whether an end is under way that the peer, or a failure here, has given cause for. */
  boolean isReplying() {
    return closeReply != null && !closeReply.isIdle();
  }

  /** The application's close has sent its frame, which is the reply to the peer's, too. */
  void closeFrameSent() {
    if (closeReply != null) {
      closeReply.closeFrameSent();
    }
    if (c.lifecycle.isAnswerAwaited()) {
      closeReply().answer(CloseReason.NORMAL); // which is sent, so only the teardown is left
    }
  }

  /** Returns one that serves a call, to be told how the connection ended. */
  @Nullable CallOp firstRunning() {
    CallOp[] inOrder = {read, close, write, ping, pong};
    for (CallOp op : inOrder) {
      if (op != null && op.isRunning()) {
        return op;
      }
    }
    return null;
  }

  /** Tells all that the connection has ended; one that is made later finds out by itself. */
  void ended() {
    Machine[] all = {read, closeReply, write, ping, pong, autoPong, keepAlive, close};
    for (Machine op : all) {
      if (op != null) {
        op.ended();
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.IoHandler;
import io.plywire.stream.WaitType;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the client leaves while its request is being decided and nobody reads.
 *
 * <p>It waits once, and then reads once: a client that speaks before it is answered is not watched
 * any further. What it has begun on the next layer is not called off, which not every layer can do;
 * whoever reads next {@linkplain #resumeAfter goes on after it}.
 */
final class PeerWatch implements IoHandler {
  private static final int READ_BYTES = 512;

  private final Connection c;
  private final AcceptOp op;
  private boolean reading;
  private @Nullable Machine heir;

  PeerWatch(Connection c, AcceptOp op) {
    this.c = c;
    this.op = op;
  }

  void start() {
    c.operations.read.watch = this;
    c.next.asyncWait(WaitType.READ, this);
  }

  /** Lets a machine that wants to read go on when the next layer has answered; it is suspended. */
  Machine.Next resumeAfter(Machine reader) {
    heir = reader;
    return Machine.Next.SUSPENDED;
  }

  @Override
  public void completed(@Nullable IOException error, long bytes) {
    if (reading) {
      c.inbound.received(bytes, 0);
      if (c.lifecycle.hasEnded()) {
        c.inbound.release();
      }
    } else if (error == null && heir == null && op.isDeciding()) {
      reading = true;
      c.next.asyncReadSome(c.inbound.lend(READ_BYTES), this);
      return;
    }
    c.operations.read.watch = null;
    if (heir != null) {
      heir.completed(null, 0); // an error will meet it again
    } else if (error != null) {
      op.peerLeft(error);
    }
  }

  @Override
  public String toString() {
    return "watch of the opening";
  }
}

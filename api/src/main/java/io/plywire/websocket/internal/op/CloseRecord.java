// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.Role;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What is noted of a connection's end: both close frames, what went wrong, and who was told. */
final class CloseRecord {
  private @Nullable Role initiator;
  private @Nullable CloseReason sent;
  private @Nullable CloseReason received;
  private TransportEnd transportEnd = TransportEnd.CLOSED_HERE;
  private @Nullable IOException failure;
  private @Nullable CallOp failureTaker; // the one operation that is told the failure itself
  private boolean failureTold;

  void sent(Role from, CloseReason reason) {
    sent = reason;
    if (initiator == null) {
      initiator = from;
    }
  }

  boolean isSent() {
    return sent != null;
  }

  void received(Role from, CloseReason reason) {
    received = reason;
    if (initiator == null) {
      initiator = from;
    }
  }

  void transportEnded(TransportEnd how) {
    transportEnd = how;
  }

  void failed(IOException cause, @Nullable CallOp taker) {
    failure = cause;
    failureTaker = taker;
  }

  @Nullable IOException failure() {
    return failure;
  }

  /** Tells, once, whether an operation is to be told the failure itself. */
  @SuppressWarnings("ReferenceEquality") // the very same operation
  boolean tells(CallOp op) {
    boolean told = !failureTold && (failureTaker == null || failureTaker == op);
    failureTold |= told;
    return told;
  }

  CloseOutcome outcome() {
    return new CloseOutcome(initiator, sent, received, transportEnd, failure);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.Acceptance;
import io.plywire.websocket.Reply;
import io.plywire.websocket.UpgradeRequest;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/** What the application is asked about a request, and the one answer: its own, or none in time. */
public final class Decision {
  /** The answer of nobody: the client has left, or the connection has ended. */
  private static final Object TOO_LATE = "too late";

  private static final AtomicReferenceFieldUpdater<Decision, Object> ANSWER =
      AtomicReferenceFieldUpdater.newUpdater(Decision.class, Object.class, "answer");

  private final AcceptOp op;
  private final UpgradeRequest request;
  private final boolean upgrade;
  private volatile @Nullable Object answer;

  Decision(AcceptOp op, UpgradeRequest request, boolean upgrade) {
    this.op = op;
    this.request = request;
    this.upgrade = upgrade;
  }

  /** Returns what is asked for. */
  public UpgradeRequest request() {
    return request;
  }

  /** Returns whether that is a WebSocket. */
  public boolean isUpgrade() {
    return upgrade;
  }

  /** Returns whether there is no answer yet. */
  public boolean isPending() {
    return answer == null;
  }

  /** Agrees, on any thread; returns false if there is an answer already. */
  public boolean accept(Acceptance how) {
    return answer(how);
  }

  /** Declines, on any thread; returns false if there is an answer already. */
  public boolean reply(Reply reply) {
    return answer(reply);
  }

  private boolean answer(Object given) {
    if (!settle(given)) {
      return false;
    }
    try {
      op.answered(this);
    } catch (RejectedExecutionException e) {
      return false; // the loop has ended, and the connection with it
    }
    return true;
  }

  @SuppressWarnings("NullAway") // the updater does not say that the field may be null
  private boolean settle(Object given) {
    return ANSWER.compareAndSet(this, null, given);
  }

  /** Answers for the application, which has not; returns false if it just has. */
  boolean expire(Reply instead) {
    return settle(instead);
  }

  /** Wants no answer any more; returns false if there is one. */
  boolean tooLate() {
    return settle(TOO_LATE);
  }

  /** Returns the answer if it is to agree. */
  @Nullable Acceptance acceptance() {
    return answer instanceof Acceptance acceptance ? acceptance : null;
  }

  /** Returns the answer if it is another. */
  @Nullable Reply reply() {
    return answer instanceof Reply reply ? reply : null;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.AsyncStreams;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tck.broken.Sealed.Defect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/** How two ends of the toy find each other: a byte each way, and some work that takes its time. */
final class SealedHandshake implements CancellationSlot.Cancellable {
  private static final int STEPS = 2;

  private final AsyncStream below;
  private final Set<Defect> defects;
  private final Executor tasks;
  private final Handler<AsyncStream> handler;

  // On the executor only.
  private int steps;
  private boolean done;
  private ByteBuffer borrowed;
  private Sealed sealed;

  /** Without an executor for tasks the work is done where the stream is. */
  SealedHandshake(
      AsyncStream below, Set<Defect> defects, Executor tasks, Handler<AsyncStream> handler) {
    this.below = below;
    this.defects = defects;
    this.tasks = tasks;
    this.handler = handler;
  }

  void start() {
    if (defects.contains(Defect.HANDSHAKE_REFUSES_INSIDE)
        && !below.isOpen()
        && handler.immediateExecutor() == null) {
      handler.completed(new StreamException(StreamError.CLOSED, "closed below"), null);
      return;
    }
    handler.cancellationSlot().assign(this, 0);
    below.executor().execute(this::greet);
  }

  private void greet() {
    if (!done) {
      if (defects.contains(Defect.FAILED_HANDSHAKE_KEEPS_A_BUFFER)) {
        borrowed = below.executor().buffers().acquire(16);
      }
      ByteBuffer[] hello = {ByteBuffer.wrap(new byte[] {'S'})};
      AsyncStreams.writeAll(below, hello, (error, bytes) -> step(error));
      ByteBuffer answer = ByteBuffer.allocate(1);
      below.asyncReadSome(answer, (error, bytes) -> answered(error, answer));
    }
  }

  private void answered(IOException error, ByteBuffer answer) {
    if (error == null && answer.get(0) != 'S') {
      finish(new StreamException(StreamError.PROTOCOL, "that is no greeting"));
    } else {
      step(error);
    }
  }

  private void step(IOException error) {
    if (error != null) {
      if (!defects.contains(Defect.HANDSHAKE_WAITS_FOR_EVER)) {
        finish(new StreamException(StreamError.TRUNCATED, "no handshake: " + error.getMessage()));
      }
    } else if (++steps == STEPS && !done) {
      work();
    }
  }

  private void work() {
    if (tasks == null) {
      established();
    } else if (defects.contains(Defect.HANDSHAKE_WAITS_FOR_WORK)) {
      workAndWait();
    } else {
      try {
        tasks.execute(() -> below.executor().execute(this::established));
      } catch (RuntimeException e) {
        if (!defects.contains(Defect.HANDSHAKE_FORGETS_REFUSED_WORK)) {
          finish(new StreamException(StreamError.IO, "work was refused: " + e.getMessage(), e));
        }
      }
    }
  }

  private void workAndWait() {
    CountDownLatch worked = new CountDownLatch(1);
    try {
      tasks.execute(worked::countDown);
      worked.await();
      established();
    } catch (RuntimeException | InterruptedException e) {
      finish(new StreamException(StreamError.IO, "work was refused: " + e.getMessage(), e));
    }
  }

  private void established() {
    if (!done) {
      done = true;
      if (!defects.contains(Defect.LATE_REQUEST_CLOSES)) {
        handler.cancellationSlot().clear();
      }
      if (borrowed != null) {
        below.executor().buffers().release(borrowed);
      }
      sealed = Sealed.over(below, defects);
      if (defects.contains(Defect.HANDSHAKE_ENDS_ANYWHERE) && handler.executor() == null) {
        BrokenCompletions.FOREIGN.execute(() -> handler.completed(null, sealed));
      } else {
        Completions.post(handler, below.executor(), null, sealed);
      }
    }
  }

  @Override
  public void cancel(long id, CancellationType type) {
    if (!defects.contains(Defect.HANDSHAKE_CANNOT_BE_CANCELLED)) {
      below
          .executor()
          .execute(() -> finish(StreamException.cancelled(type, "the handshake was cancelled")));
    }
  }

  private void finish(IOException error) {
    if (sealed != null) {
      if (defects.contains(Defect.LATE_REQUEST_CLOSES)) {
        sealed.close();
      }
    } else if (!done) {
      done = true;
      handler.cancellationSlot().clear();
      leave(error);
      if (!Rewired.is(error, StreamError.PROTOCOL)
          || !defects.contains(Defect.FAILED_HANDSHAKE_LEAVES_BELOW_OPEN)) {
        below.close();
      }
      if (defects.contains(Defect.CANCELLED_HANDSHAKE_ENDS_ANYWHERE)
          && Rewired.is(error, StreamError.ABORTED)) {
        below.executor().execute(() -> handler.completed(error, null));
      } else {
        Completions.post(handler, below.executor(), error, null);
      }
    }
  }

  /** Leaves something behind, as its defects demand. */
  private void leave(IOException error) {
    boolean refused = Rewired.is(error, StreamError.PROTOCOL);
    if (refused && defects.contains(Defect.REFUSED_GREETING_LEAVES_A_DESCRIPTOR)) {
      Leaks.descriptor(below);
    }
    if (refused && defects.contains(Defect.REFUSED_GREETING_LEAVES_A_THREAD)) {
      Leaks.thread(below);
    }
    if (Rewired.is(error, StreamError.TRUNCATED)
        && defects.contains(Defect.ENDED_HANDSHAKE_STAYS_IN_A_REGISTRY)) {
      Leaks.registry(below);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for one operation in the calling thread. */
final class BlockingCall<T> implements Handler<T> {
  private final Thread caller = Thread.currentThread();
  private final CancellationSignal signal = new CancellationSignal();
  private @Nullable IOException error;
  private @Nullable T result;
  private volatile boolean done;

  private BlockingCall() {}

  static <T> T run(Initiation<T> operation) throws IOException {
    LoopThread.requireMayWait(operation.executor(), "a blocking call");
    BlockingCall<T> call = new BlockingCall<>();
    operation.start(call);
    return call.await();
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return signal.slot();
  }

  @Override
  public void completed(@Nullable IOException error, @Nullable T result) {
    this.error = error;
    this.result = result;
    done = true;
    LockSupport.unpark(caller);
  }

  // Void operations have a null result by contract.
  @SuppressWarnings("NullAway")
  private T await() throws IOException {
    boolean interrupted = false;
    while (!done) {
      LockSupport.park(this);
      if (!done && Thread.interrupted()) {
        interrupted = true;
        signal.end();
      }
    }
    if (interrupted) {
      caller.interrupt();
    }
    IOException failure = error;
    if (failure == null) {
      return result;
    }
    if (!(failure instanceof OperationException operationFailure)) {
      throw failure;
    }
    if (interrupted && operationFailure.condition() == ErrorCondition.ABORTED) {
      InterruptedIOException stopped = new InterruptedIOException(failure.getMessage());
      stopped.initCause(failure);
      throw stopped;
    }
    throw operationFailure.thrownHere();
  }
}

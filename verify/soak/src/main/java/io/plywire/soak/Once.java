// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The handler of one operation, which sees to it that it runs once, and not inside the call. */
final class Once {
  /** What the operation is for. */
  interface Then<T> {
    void ended(@Nullable IOException error, @Nullable T result);
  }

  private final Side side;
  private final String what;
  private final AtomicInteger runs = new AtomicInteger();
  private final Thread caller = Thread.currentThread();
  private final CancellationSignal signal = new CancellationSignal();
  private volatile boolean calling = true;

  Once(Side side, String what) {
    this.side = side;
    this.what = what;
    side.started(what);
  }

  /** The call that has this handler has returned. */
  void called() {
    calling = false;
  }

  CancellationSignal signal() {
    return signal;
  }

  <T> Handler<T> handler(Then<T> then) {
    return Handler.bindCancellationSlot(
        signal.slot(), (error, result) -> ran(() -> then.ended(error, result)));
  }

  IoHandler io(Then<Long> then) {
    return IoHandler.bindCancellationSlot(
        signal.slot(), (error, bytes) -> ran(() -> then.ended(error, bytes)));
  }

  private void ran(Runnable then) {
    if (runs.incrementAndGet() > 1) {
      side.wrong(Tally.Wrong.NOT_ONCE, "the handler of " + what + " ran " + runs + " times");
      return;
    }
    if (calling && Thread.currentThread() == caller) {
      side.wrong(Tally.Wrong.NOT_ONCE, "the handler of " + what + " ran inside its call");
    }
    try {
      then.run();
    } catch (RuntimeException | Error e) {
      side.wrong(Tally.Wrong.THROWN, what + ": " + e);
      e.printStackTrace(System.out);
    }
    side.ended(what);
  }
}

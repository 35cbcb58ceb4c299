// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is under way: calls that have not returned, operations that have not ended. */
final class Activity {
  private static final int LAST_EVENTS = 3;

  private final Set<Call> calls = ConcurrentHashMap.newKeySet();
  private final Set<Watch> operations = ConcurrentHashMap.newKeySet();
  private final AtomicLong progress = new AtomicLong();

  Call callBegins(String what) {
    Call call = new Call(what, System.nanoTime());
    calls.add(call);
    return call;
  }

  void callReturned(Call call) {
    calls.remove(call);
  }

  /** Returns a call that has not returned for so long, or null. */
  @Nullable Call callInProgressFor(Duration time) {
    long since = System.nanoTime() - time.toNanos();
    return calls.stream().filter(call -> call.begun() - since <= 0).findAny().orElse(null);
  }

  void initiated(Watch operation) {
    operations.add(operation);
  }

  void ended(Watch operation) {
    operations.remove(operation);
    progressed();
  }

  /** Something has come about; whoever waits for something else is patient anew. */
  void progressed() {
    progress.incrementAndGet();
  }

  long progress() {
    return progress.get();
  }

  /**
   * Waits for as long as there is progress.
   *
   * @param patience how long nothing may come about
   * @param limit how long it may take altogether
   * @param vain tells that there is nothing to wait for any more
   */
  boolean await(CountDownLatch latch, Duration patience, Duration limit, BooleanSupplier vain)
      throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      long before = progress.get();
      if (latch.await(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        return true;
      }
      if (progress.get() == before || vain.getAsBoolean() || System.nanoTime() - deadline > 0) {
        return false;
      }
    }
  }

  /** Returns which operations have not ended, what they wait for, and what happened last. */
  String described(Trace trace) {
    String waiting =
        operations.isEmpty()
            ? "no operation is outstanding"
            : operations.stream().map(Watch::state).sorted().collect(Collectors.joining("; "));
    return "; "
        + waiting
        + trace.lastOf("client", LAST_EVENTS)
        + trace.lastOf("server", LAST_EVENTS);
  }
}

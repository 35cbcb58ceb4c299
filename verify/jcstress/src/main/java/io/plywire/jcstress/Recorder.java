// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A handler that counts its runs and keeps the last outcome. */
final class Recorder implements IoHandler, Handler<AsyncStream> {
  private final CancellationSlot slot;
  private final @Nullable Runnable next;
  private final AtomicInteger runs = new AtomicInteger();
  private volatile String outcome = "NONE";

  Recorder() {
    this(CancellationSlot.none(), null);
  }

  Recorder(CancellationSlot slot) {
    this(slot, null);
  }

  Recorder(CancellationSlot slot, @Nullable Runnable next) {
    this.slot = slot;
    this.next = next;
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return slot;
  }

  @Override
  public void completed(@Nullable IOException error, long bytes) {
    completed(error);
  }

  @Override
  public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
    completed(error);
  }

  private void completed(@Nullable IOException error) {
    if (error == null) {
      outcome = "SUCCESS";
    } else if (error instanceof StreamException known) {
      outcome = known.error().name();
    } else {
      outcome = error.toString();
    }
    runs.incrementAndGet();
    if (next != null) {
      next.run();
    }
  }

  int runs() {
    return runs.get();
  }

  /** Returns SUCCESS, the code of the error, or NONE if the handler did not run. */
  String outcome() {
    return outcome;
  }
}

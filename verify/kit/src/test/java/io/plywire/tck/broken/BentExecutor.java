// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.BufferPool;
import io.plywire.stream.StreamExecutor;
import java.time.Duration;

/** An executor that passes everything on; what is derived from it bends one thing. */
class BentExecutor implements StreamExecutor {
  final StreamExecutor inner;

  BentExecutor(StreamExecutor inner) {
    this.inner = inner;
  }

  @Override
  public void execute(Runnable task) {
    inner.execute(task);
  }

  @Override
  public boolean isCurrent() {
    return inner.isCurrent();
  }

  @Override
  public long nanoTime() {
    return inner.nanoTime();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    return inner.schedule(delay, task);
  }

  @Override
  public BufferPool buffers() {
    return inner.buffers();
  }
}

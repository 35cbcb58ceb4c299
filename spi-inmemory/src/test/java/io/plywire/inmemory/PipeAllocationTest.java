// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A round of wait, read and write on both ends makes no object once everything has been used. */
class PipeAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 20_000;

  private final ManualExecutor executor = new ManualExecutor();

  @Test
  void postedOperationsAllocateNothing() {
    assertNoGarbage(null, 1024);
  }

  @Test
  void immediateOperationsAllocateNothing() {
    assertNoGarbage(InlineExecutor.instance(), 1024);
  }

  @Test
  void operationsThatWaitForTheWindowAllocateNothing() {
    assertNoGarbage(null, 3);
  }

  private void assertNoGarbage(@Nullable Executor immediate, int window) {
    InMemoryPipe pipe = InMemoryPipe.builder(executor).windowBytes(window).build();
    PingPong client = new PingPong(pipe.client(), immediate);
    PingPong server = new PingPong(pipe.server(), immediate);
    server.wants = ROUNDS * 10;
    server.await();
    long least = Long.MAX_VALUE;
    // Class loading and the compiler allocate at first; steady state is the best of a few.
    for (int i = 0; i < 8; i++) {
      client.wants = ROUNDS;
      long before = THREADS.getCurrentThreadAllocatedBytes();
      client.write();
      executor.runUntilIdle();
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertThat(client.wants).isZero();
      least = Math.min(least, allocated);
    }
    assertThat(least).as("bytes for " + ROUNDS + " rounds").isLessThan(1_000);
  }

  /** Writes a message, waits for one, reads it, writes the next. */
  private static final class PingPong implements IoHandler {
    private enum Step {
      WRITE,
      WAIT,
      READ
    }

    private final InMemoryStream stream;
    private final @Nullable Executor immediate;
    private final ByteBuffer out = ByteBuffer.allocateDirect(8);
    private final ByteBuffer[] sources = {ByteBuffer.allocate(0), out};
    private final ByteBuffer in = ByteBuffer.allocate(8);
    private Step step = Step.WAIT;
    int wants;

    PingPong(InMemoryStream stream, @Nullable Executor immediate) {
      this.stream = stream;
      this.immediate = immediate;
    }

    @Override
    public @Nullable Executor immediateExecutor() {
      return immediate;
    }

    void write() {
      out.clear();
      writeSome();
    }

    private void writeSome() {
      step = Step.WRITE;
      stream.asyncWriteSome(sources, this);
    }

    void await() {
      in.clear();
      awaitMore();
    }

    private void awaitMore() {
      step = Step.WAIT;
      stream.asyncWait(WaitType.READ, this);
    }

    @Override
    public void completed(@Nullable IOException error, long bytes) {
      if (error != null) {
        throw new AssertionError(error);
      }
      switch (step) {
        case WRITE -> {
          if (out.hasRemaining()) {
            writeSome();
          } else {
            await();
          }
        }
        case WAIT -> {
          step = Step.READ;
          stream.asyncReadSome(in, this);
        }
        case READ -> {
          if (in.hasRemaining()) {
            awaitMore();
          } else if (--wants > 0) {
            write();
          }
        }
      }
    }
  }
}

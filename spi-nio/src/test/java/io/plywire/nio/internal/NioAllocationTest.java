// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * In steady state nothing is allocated: client and server echo on one loop, whose thread counts.
 */
@ParameterizedClass
@EnumSource(Wire.class)
@Timeout(120)
class NioAllocationTest {
  private static final int ROUNDS = 2_000;
  private static final int MAX_WINDOWS = 30;

  @Parameter Wire wire;

  @ParameterizedTest
  @CsvSource({"100,true", "100,false", "20000,true", "20000,false", "300000,true"})
  void echoAllocatesNothing(int size, boolean direct) throws Exception {
    try (Rig rig = new Rig(1);
        Rig.Pair pair = rig.pair(wire)) {
      new Echo(pair.server(), direct).read();
      Client client = new Client(pair.client(), size, direct);
      rig.loop().execute(client::write);
      long least = client.done.get(100, TimeUnit.SECONDS);
      assertThat(least).as("bytes allocated in %d echoes of %d bytes", ROUNDS, size).isZero();
    }
  }

  private static ByteBuffer buffer(int size, boolean direct) {
    return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
  }

  private static final class Echo {
    private final AsyncStream stream;
    private final ByteBuffer buffer;
    private final ByteBuffer[] sources;
    private final IoHandler onRead = this::read;
    private final IoHandler onWritten = this::written;

    Echo(AsyncStream stream, boolean direct) {
      this.stream = stream;
      this.buffer = buffer(64 * 1024, direct);
      this.sources = new ByteBuffer[] {buffer};
    }

    void read() {
      stream.asyncReadSome(buffer.clear(), onRead);
    }

    private void read(@Nullable IOException error, long bytes) {
      if (error == null) {
        buffer.flip();
        stream.asyncWriteSome(sources, onWritten);
      }
    }

    private void written(@Nullable IOException error, long bytes) {
      if (error == null && buffer.hasRemaining()) {
        stream.asyncWriteSome(sources, onWritten);
      } else if (error == null) {
        read();
      }
    }
  }

  /** Echoes in windows until one of them allocated nothing; the first ones warm up. */
  private static final class Client {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final AsyncStream stream;
    private final ByteBuffer out;
    private final ByteBuffer in;
    private final ByteBuffer[] sources;
    private final IoHandler onRead = this::read;
    private final IoHandler onWritten = this::written;
    final CompletableFuture<Long> done = new CompletableFuture<>();
    private int round;
    private int window;
    private long before;
    private long least = Long.MAX_VALUE;

    Client(AsyncStream stream, int size, boolean direct) {
      this.stream = stream;
      this.out = buffer(size, direct);
      this.in = buffer(size, direct);
      this.sources = new ByteBuffer[] {out};
    }

    void write() {
      stream.asyncWriteSome(sources, onWritten);
      stream.asyncReadSome(in, onRead);
    }

    private void written(@Nullable IOException error, long bytes) {
      if (error != null) {
        done.completeExceptionally(error);
      } else if (out.hasRemaining()) {
        stream.asyncWriteSome(sources, onWritten);
      }
    }

    private void read(@Nullable IOException error, long bytes) {
      if (error != null) {
        done.completeExceptionally(error);
      } else if (in.hasRemaining()) {
        stream.asyncReadSome(in, onRead);
      } else {
        in.clear();
        out.clear();
        if (++round == ROUNDS) {
          endWindow();
        }
        if (!done.isDone()) {
          write();
        }
      }
    }

    private void endWindow() {
      round = 0;
      long now = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      if (window++ > 0) {
        least = Math.min(least, now - before);
      }
      if (least == 0 || window == MAX_WINDOWS) {
        done.complete(least);
      }
      before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
  }
}

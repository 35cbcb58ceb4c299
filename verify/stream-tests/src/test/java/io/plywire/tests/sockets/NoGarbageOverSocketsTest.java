// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.sockets;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A conversation over TCP, both ends on one loop, whose thread allocates nothing. */
@Timeout(120)
class NoGarbageOverSocketsTest {
  private static final int WARM_UP = 20_000;
  private static final int ROUNDS = 5_000; // of a window
  private static final int MOST_WINDOWS = 30;

  /** Writes a message, and reads the one that comes back, again and again. */
  private static final class Pinger {
    final WebSocketStream stream;
    final ByteBuffer out;
    final ByteBuffer in;
    final CompletableFuture<Long> least = new CompletableFuture<>();
    final ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final IoHandler wrote = this::wrote;
    final IoHandler read = this::read;
    long before;
    long smallest = Long.MAX_VALUE;
    int rounds;
    int windows;

    Pinger(WebSocketStream stream, int length, boolean direct) {
      this.stream = stream;
      out = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
      in = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
    }

    void next() {
      stream.asyncWriteSome(true, out.clear(), wrote);
    }

    void wrote(IOException error, long bytes) {
      if (error != null) {
        least.completeExceptionally(error);
      } else {
        stream.asyncReadSome(in.clear(), read);
      }
    }

    void read(IOException error, long bytes) {
      if (error != null) {
        least.completeExceptionally(error);
      } else if (!stream.receivedMessageDone()) {
        stream.asyncReadSome(in.hasRemaining() ? in : in.clear(), read);
      } else if (++rounds >= WARM_UP && (rounds - WARM_UP) % ROUNDS == 0 && measure()) {
        least.complete(smallest);
      } else {
        next();
      }
    }

    /**
     * Ends a window; returns whether it is enough. The JIT may allocate on our behalf, in some
     * windows and, on a busy machine, in the first ones; but garbage of messages would be in all.
     */
    boolean measure() {
      long now = bean.getThreadAllocatedBytes(Thread.currentThread().getId());
      if (rounds > WARM_UP) {
        smallest = Math.min(smallest, now - before);
        windows++;
      }
      before = bean.getThreadAllocatedBytes(Thread.currentThread().getId());
      return smallest == 0 || windows == MOST_WINDOWS;
    }
  }

  /** Sends back what comes, part by part. */
  private static final class Echo {
    final WebSocketStream stream;
    final ByteBuffer memory = ByteBuffer.allocateDirect(1 << 16);
    final IoHandler read = this::read;
    final IoHandler wrote = this::wrote;

    Echo(WebSocketStream stream) {
      this.stream = stream;
      stream.asyncReadSome(memory.clear(), read);
    }

    void read(IOException error, long bytes) {
      if (error == null) {
        stream.asyncWriteSome(stream.receivedMessageDone(), memory.flip(), wrote);
      }
    }

    void wrote(IOException error, long bytes) {
      if (error == null) {
        stream.asyncReadSome(memory.clear(), read);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"20, false", "20, true", "5000, true", "100000, false", "100000, true"})
  void messagesOverSocketsMakeNoGarbage(int length, boolean direct) throws Exception {
    try (NioEventLoopGroup loops = new NioEventLoopGroup(1);
        WebSocketServer server =
            WebSocketServer.builder()
                .transport(new NioTransport(loops))
                .listen("ws://127.0.0.1:0/", (stream, request) -> new Echo(stream))) {
      WebSocketStream client =
          WebSocketClient.builder()
              .transport(new NioTransport(loops))
              .build()
              .asyncConnect(server.endpoint(), useFuture())
              .get(30, TimeUnit.SECONDS);
      Pinger pinger = new Pinger(client, length, direct);
      StreamExecutor loop = client.executor();
      loop.execute(pinger::next);
      assertThat(pinger.least.get(100, TimeUnit.SECONDS)).isZero();
      client.abort();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.CancellationType;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WritePendingException;
import io.plywire.tests.support.Harness;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Futures and blocked threads, on a real thread: cancelling them cancels their operations. */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ThreadsTest {
  private static final int MORE_THAN_THE_PIPE_TAKES = 1000;

  private final InMemoryLoop loop = new InMemoryLoop("test");
  private WebSocketStream client;
  private WebSocketStream server;

  @BeforeEach
  void open() throws Exception {
    InMemoryPipe pipe = InMemoryPipe.builder(loop).windowBytes(256).build();
    client = new WebSocketStream(pipe.client(), Harness.quiet());
    server = new WebSocketStream(pipe.server(), Harness.quiet());
    CompletableFuture<UpgradeRequest> accept = server.asyncAccept(CompletionToken.useFuture());
    client.asyncHandshake("example.com", "/", CompletionToken.useBlocking());
    accept.get();
  }

  @AfterEach
  void close() {
    client.abort();
    server.abort();
    loop.close();
  }

  private static void assertTerminal(Throwable failure) {
    assertThat(failure).isInstanceOf(StreamException.class);
    assertThat(((StreamException) failure).error()).isEqualTo(StreamError.ABORTED);
    assertThat(((StreamException) failure).cancellation()).isEqualTo(CancellationType.TERMINAL);
  }

  @Test
  void cancellingTheFutureOfAWriteInsideItsFrameEndsItAndTheConnection() throws Exception {
    ByteBuffer source = ByteBuffer.allocate(MORE_THAN_THE_PIPE_TAKES);
    CompletableFuture<Long> write =
        client.asyncWriteSome(true, source, CompletionToken.useFuture());
    onLoop();
    assertThat(write).isNotDone();
    assertThat(write.cancel(true)).isTrue();
    assertThatExceptionOfType(CancellationException.class)
        .isThrownBy(write::get)
        .satisfies(e -> assertTerminal(Throwables.getRootCause(e))); // how deep depends on the JDK
    assertThat(source.position()).isEqualTo(256 - 8);
    CloseOutcome outcome = client.asyncClose(CloseReason.NORMAL, CompletionToken.useBlocking());
    assertThat(outcome.handshakeComplete()).isFalse();
  }

  @Test
  void cancellingTheFutureOfAReadLeavesTheConnectionUsable() throws Exception {
    CompletableFuture<Message> read = server.asyncRead(CompletionToken.useFuture());
    onLoop();
    read.cancel(false);
    assertThatExceptionOfType(CancellationException.class).isThrownBy(read::get);
    client.asyncWrite("hello", CompletionToken.useBlocking());
    Message message = server.asyncRead(CompletionToken.<Message>useBlocking());
    assertThat(message.text()).isEqualTo("hello");
  }

  @Test
  void cancellingTheFutureOfAPingBehindAWriteLeavesTheWriteAlone() throws Exception {
    CompletableFuture<Long> write =
        client.asyncWriteSome(
            true, ByteBuffer.allocate(MORE_THAN_THE_PIPE_TAKES), CompletionToken.useFuture());
    CompletableFuture<Void> ping =
        client.asyncPing(ByteBuffer.allocate(1), CompletionToken.useFuture());
    onLoop();
    ping.cancel(true);
    assertThatExceptionOfType(CancellationException.class).isThrownBy(ping::get);
    server.asyncRead(ByteBuffer.allocate(2000), CompletionToken.useBlocking());
    assertThat(write.get()).isEqualTo(MORE_THAN_THE_PIPE_TAKES);
  }

  @Test
  void interruptingAThreadBlockedInAWriteEndsIt() throws Exception {
    Blocked blocked =
        new Blocked(
            () ->
                client.asyncWriteSome(
                    true,
                    ByteBuffer.allocate(MORE_THAN_THE_PIPE_TAKES),
                    CompletionToken.useBlocking()));
    Throwable thrown = blocked.interrupt();
    assertThat(thrown).isInstanceOf(InterruptedIOException.class);
    assertTerminal(thrown.getCause());
    assertThat(blocked.stillInterrupted).isTrue();
    assertThat(client.isOpen()).isFalse();
    client.asyncClose(CloseReason.NORMAL, CompletionToken.useBlocking());
  }

  @Test
  void interruptingAThreadBlockedInAReadLeavesTheConnectionUsable() throws Exception {
    Blocked blocked = new Blocked(() -> client.asyncRead(CompletionToken.<Message>useBlocking()));
    assertThat(blocked.interrupt()).isInstanceOf(InterruptedIOException.class);
    server.asyncWrite("still here", CompletionToken.useBlocking());
    assertThat(client.asyncRead(CompletionToken.<Message>useBlocking()).text())
        .isEqualTo("still here");
  }

  @Test
  void interruptingAThreadBlockedInACloseEndsTheConnection() throws Exception {
    Blocked blocked =
        new Blocked(() -> client.asyncClose(CloseReason.NORMAL, CompletionToken.useBlocking()));
    assertThat(blocked.interrupt()).isInstanceOf(InterruptedIOException.class);
    assertThat(client.nextLayer().isOpen()).isFalse();
  }

  @Test
  void blockingCallOnTheStreamsExecutorIsRefusedAndClaimsNothing() throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            assertThatIllegalStateException()
                .isThrownBy(() -> client.asyncWrite("never", CompletionToken.<Long>useBlocking()));
            done.complete(null);
          } catch (Throwable e) {
            done.completeExceptionally(e);
          }
        });
    done.get();
    client.asyncWrite("first", CompletionToken.useBlocking());
    assertThat(server.asyncRead(CompletionToken.<Message>useBlocking()).text()).isEqualTo("first");
  }

  @Test
  void calledFromManyThreadsExactlyOneWriteOfEachRoundIsTaken() throws Exception {
    // Threads of our own: the common pool may have a single one, which the reader keeps.
    ExecutorService threads = Executors.newCachedThreadPool();
    CompletableFuture<Void> reading = CompletableFuture.runAsync(this::readUntilTheEnd, threads);
    for (int round = 0; round < 200; round++) {
      CompletableFuture<?>[] calls = new CompletableFuture<?>[4];
      AtomicInteger refused = new AtomicInteger();
      for (int i = 0; i < calls.length; i++) {
        calls[i] =
            CompletableFuture.supplyAsync(
                    () -> {
                      try {
                        return client.asyncWrite("x", CompletionToken.<Long>useFuture());
                      } catch (WritePendingException e) {
                        refused.incrementAndGet();
                        return CompletableFuture.completedFuture(0L);
                      }
                    },
                    threads)
                .thenCompose(write -> write);
      }
      CompletableFuture.allOf(calls).get();
      assertThat(refused.get()).isLessThan(calls.length);
    }
    client.asyncClose(CloseReason.NORMAL, CompletionToken.useBlocking());
    assertThatExceptionOfType(ExecutionException.class).isThrownBy(reading::get);
    threads.shutdown();
  }

  private void readUntilTheEnd() {
    while (true) {
      try {
        server.asyncRead(CompletionToken.<Message>useBlocking());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Waits until the loop has done what was posted before. */
  private void onLoop() throws Exception {
    for (int i = 0; i < 10; i++) {
      CompletableFuture<Void> passed = new CompletableFuture<>();
      loop.execute(() -> passed.complete(null));
      passed.get();
    }
  }

  private interface Call {
    Object run() throws Exception;
  }

  /** A thread that waits for an operation. */
  private static final class Blocked {
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();
    private final Thread thread;
    volatile boolean stillInterrupted;

    Blocked(Call call) throws InterruptedException {
      thread =
          new Thread(
              () -> {
                try {
                  call.run();
                } catch (Throwable e) {
                  thrown.set(e);
                  stillInterrupted = Thread.currentThread().isInterrupted();
                }
              });
      thread.start();
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
    }

    Throwable interrupt() throws InterruptedException {
      thread.interrupt();
      thread.join();
      return thrown.get();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.sockets;

import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WritePendingException;
import io.plywire.tests.support.Network;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many threads do to one connection whatever comes to their mind. Each call either throws what is
 * documented, or its handler runs exactly once; on the wire no frame is torn; and the bytes that
 * writes report are those that were sent.
 *
 * <p>The system property {@code plywire.seed} repeats a run, so far as threads can be repeated.
 */
@Timeout(120)
class StressTest {
  private static final int ROUNDS = 20;
  private static final int THREADS_PER_SIDE = 3;
  private static final int OPERATIONS_PER_ROUND = 1500;

  private final AtomicInteger completed = new AtomicInteger();
  private final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();

  /** One initiated operation. */
  private final class Attempt {
    final String what;
    final CancellationSignal signal = new CancellationSignal();
    final AtomicInteger runs = new AtomicInteger();
    final CompletableFuture<Void> done = new CompletableFuture<>();

    Attempt(String what) {
      this.what = what;
    }

    <T> Handler<T> handler() {
      return Handler.bindCancellationSlot(signal.slot(), (error, result) -> ran());
    }

    IoHandler handler(IoHandler also) {
      return IoHandler.bindCancellationSlot(
          signal.slot(),
          (error, bytes) -> {
            try {
              also.completed(error, bytes);
            } catch (Throwable e) {
              wrong.add(e);
            }
            ran();
          });
    }

    private void ran() {
      completed.incrementAndGet();
      if (runs.incrementAndGet() > 1) {
        wrong.add(new AssertionError("the handler of " + what + " ran twice"));
      }
      done.complete(null);
    }
  }

  /** One end of the connection and what was done to it. */
  private final class Side {
    final WebSocketStream stream;
    final AtomicLong reported = new AtomicLong();
    volatile boolean stopped;

    Side(WebSocketStream stream) {
      this.stream = stream;
    }

    void run(Random random) {
      Attempt last = null;
      while (!stopped) {
        Attempt attempt = act(random, last);
        if (attempt == null) {
          Thread.yield();
        } else {
          last = attempt;
        }
      }
    }

    private Attempt act(Random random, Attempt last) {
      return switch (random.nextInt(10)) {
        case 0, 1, 2 -> read(random);
        case 3, 4, 5 -> write(random);
        case 6 -> control(random, "ping");
        case 7 -> control(random, "pong");
        case 8 -> {
          if (last != null) {
            int type = random.nextInt(1500);
            last.signal.emit(
                type == 0
                    ? CancellationType.TERMINAL
                    : type % 2 == 0 ? CancellationType.PARTIAL : CancellationType.TOTAL);
          }
          yield null;
        }
        default -> {
          stream.writeKind(random.nextBoolean() ? MessageKind.BINARY : MessageKind.TEXT);
          stream.autoFragment(random.nextInt(4) > 0);
          stream.writeBufferBytes(8 << random.nextInt(14));
          yield null;
        }
      };
    }

    private Attempt read(Random random) {
      Attempt attempt = new Attempt("read");
      try {
        if (random.nextBoolean()) {
          int room = random.nextInt(50_000);
          ByteBuffer target =
              random.nextBoolean() ? ByteBuffer.allocate(room) : ByteBuffer.allocateDirect(room);
          stream.asyncReadSome(
              target,
              attempt.handler(
                  (error, bytes) -> {
                    assertThat(target.position()).isEqualTo((int) bytes);
                    checkLetters(target.duplicate().flip());
                  }));
        } else {
          MessageBuffer memory = new MessageBuffer(0, 16 << 20, random.nextBoolean());
          stream.asyncRead(memory, attempt.handler((error, bytes) -> checkLetters(memory.data())));
        }
      } catch (ReadPendingException e) {
        return null;
      }
      attempts.add(attempt);
      return attempt;
    }

    private Attempt write(Random random) {
      Attempt attempt = new Attempt("write");
      byte[] letters = new byte[random.nextInt(20) == 0 ? 200_000 : random.nextInt(500)];
      Arrays.fill(letters, (byte) ('a' + random.nextInt(26)));
      ByteBuffer source =
          random.nextBoolean()
              ? ByteBuffer.wrap(letters)
              : ByteBuffer.allocateDirect(letters.length).put(letters).flip();
      try {
        stream.asyncWriteSome(
            random.nextBoolean(),
            source,
            attempt.handler(
                (error, bytes) -> {
                  reported.addAndGet(bytes);
                  assertThat(source.position()).isEqualTo((int) bytes);
                  if (error == null) {
                    assertThat(bytes).isEqualTo(letters.length);
                  } else if (letters.length > 0) {
                    assertThat(bytes).as("with %s", error).isLessThanOrEqualTo(letters.length);
                  }
                }));
      } catch (WritePendingException e) {
        return null;
      }
      attempts.add(attempt);
      return attempt;
    }

    private Attempt control(Random random, String what) {
      Attempt attempt = new Attempt(what);
      ByteBuffer payload = ByteBuffer.allocate(random.nextInt(126));
      try {
        if (what.equals("ping")) {
          stream.asyncPing(payload, attempt.handler());
        } else {
          stream.asyncPong(payload, attempt.handler());
        }
      } catch (OperationPendingException e) {
        assertThat(e).isExactlyInstanceOf(OperationPendingException.class);
        return null;
      }
      attempts.add(attempt);
      return attempt;
    }

    void close() {
      Attempt attempt = new Attempt("close");
      stream.asyncClose(CloseReason.NORMAL, attempt.handler());
      attempts.add(attempt);
    }
  }

  private static void checkLetters(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      if (b < 'a' || b > 'z') {
        throw new AssertionError("byte " + b + " was never sent");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Network.Kind.class)
  void everyOperationCompletesOnceAndNoFrameIsTorn(Network.Kind kind) throws Exception {
    long seed = Long.getLong("plywire.seed", System.nanoTime());
    try (Network network = new Network(kind);
        Network.Pairs pairs = network.pairs(Network.options())) {
      for (int round = 0; round < ROUNDS; round++) {
        try {
          round(network, pairs.next(), new Random(seed + round), round);
        } catch (AssertionError e) {
          throw new AssertionError(
              kind + ", round " + round + ", repeat with -Dplywire.seed=" + seed + ": " + e, e);
        }
      }
    }
    System.out.println("StressTest " + kind + ": plywire.seed=" + seed);
  }

  private void round(Network network, Network.Pair pair, Random random, int round)
      throws InterruptedException {
    completed.set(0);
    attempts.clear();
    Side client = new Side(pair.client());
    Side server = new Side(pair.server());
    List<Thread> threads = new ArrayList<>();
    for (Side side : List.of(client, server)) {
      for (int i = 0; i < THREADS_PER_SIDE; i++) {
        Random own = new Random(random.nextLong());
        Thread thread =
            new Thread(
                () -> {
                  try {
                    side.run(own);
                  } catch (Throwable e) {
                    wrong.add(e);
                  }
                },
                "stress-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
      }
    }
    try {
      await(
          pair,
          () -> completed.get() >= OPERATIONS_PER_ROUND || hasEnded(pair),
          "enough operations");
      switch (round % 5) {
        case 0 -> client.close();
        case 1 -> server.close();
        case 2 -> {
          client.close();
          server.close();
        }
        case 3 -> client.stream.abort();
        default -> server.stream.abort();
      }
      await(pair, () -> hasEnded(pair), "both ends have ended");
    } finally {
      client.stopped = true;
      server.stopped = true;
      for (Thread thread : threads) {
        thread.join(Network.PATIENCE.toMillis());
        assertThat(thread.isAlive()).as("%s has ended", thread).isFalse();
      }
      pair.close();
    }
    for (Attempt attempt : attempts) {
      try {
        get(attempt.done);
      } catch (AssertionError e) {
        throw new AssertionError(attempt.what + " never completed: " + pair, e);
      }
    }
    network.settle();
    assertThat(wrong).isEmpty();
    for (Side side : List.of(client, server)) {
      IOException cause = side.stream.closeOutcome().cause();
      if (cause instanceof StreamException known && known.error() == StreamError.IO) {
        throw new AssertionError("the " + side.stream.role() + " broke off", cause);
      }
      var tap = network.tap(side.stream);
      tap.check();
      assertThat(side.reported.get())
          .as("bytes that the writes of the %s report", side.stream.role())
          .isEqualTo(tap.sent().dataBytes());
    }
    network.forget();
  }

  private static boolean hasEnded(Network.Pair pair) {
    return pair.client().closeOutcome() != null && pair.server().closeOutcome() != null;
  }

  private interface Condition {
    boolean holds();
  }

  private void await(Network.Pair pair, Condition condition, String what) {
    long start = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - start > Network.PATIENCE.toNanos()) {
        throw new AssertionError(
            what + ": not within " + Network.PATIENCE + ", " + completed + " done, " + pair);
      }
      Thread.yield();
    }
  }
}

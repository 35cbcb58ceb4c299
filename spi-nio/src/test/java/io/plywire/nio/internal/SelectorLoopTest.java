// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.nio.NioEventLoop;
import io.plywire.nio.NioEventLoopGroup;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamExecutor.Timer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
@SuppressWarnings("try") // closing early is what is tested
class SelectorLoopTest {
  private static final Duration LONG = Duration.ofSeconds(Outcome.SECONDS);

  // ---------------------------------------------------------------- tasks

  @Test
  void tasksRunLaterOneAtATimeInTheOrderTheyWerePosted() throws Exception {
    try (Rig rig = new Rig(1)) {
      SelectorLoop loop = rig.loop();
      List<Integer> order = new ArrayList<>(); // confined to the loop
      for (int i = 0; i < 10_000; i++) {
        int number = i;
        loop.execute(
            () -> {
              order.add(number);
              if (number == 5_000) {
                loop.execute(() -> order.add(-1)); // behind those posted before
              }
            });
      }
      Rig.settle(loop);
      Rig.runOnLoop(
          loop,
          () -> {
            assertThat(order).hasSize(10_001);
            assertThat(order.stream().filter(n -> n >= 0))
                .containsExactlyElementsOf(IntStream.range(0, 10_000).boxed().toList());
          });
    }
  }

  @Test
  void taskPostedByAnotherThreadBeforeOneOfTheLoopRunsFirst() throws Exception {
    try (Rig rig = new Rig(1)) {
      SelectorLoop loop = rig.loop();
      List<String> order = Collections.synchronizedList(new ArrayList<>());
      Rig.runOnLoop(
          loop,
          () -> {
            Thread other = new Thread(() -> loop.execute(() -> order.add("other")));
            other.start();
            try {
              other.join();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            loop.execute(() -> order.add("own"));
            assertThat(order).isEmpty();
          });
      Rig.settle(loop);
      assertThat(order).containsExactly("other", "own");
    }
  }

  @Test
  void noTaskOfManyThreadsIsLost() throws Exception {
    try (Rig rig = new Rig(1)) {
      int threads = 4;
      int each = 50_000;
      CountDownLatch ran = new CountDownLatch(threads * each);
      int[] plain = {0}; // one task at a time, so this needs no lock
      for (int t = 0; t < threads; t++) {
        new Thread(
                () -> {
                  for (int i = 0; i < each; i++) {
                    rig.loop()
                        .execute(
                            () -> {
                              plain[0]++;
                              ran.countDown();
                            });
                  }
                })
            .start();
      }
      assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(plain[0]).isEqualTo(threads * each);
    }
  }

  @Test
  void taskThatThrowsDoesNotKillTheLoop() {
    try (Rig rig = new Rig(1)) {
      rig.loop()
          .execute(
              () -> {
                throw new IllegalStateException("thrown by a test");
              });
      rig.loop()
          .execute(
              () -> {
                throw new StackOverflowError("thrown by a test");
              });
      assertThat(Rig.onLoop(rig.loop(), () -> 7)).isEqualTo(7);
    }
  }

  @Test
  void answersToHundredsOfMessagesBelongToOneTurn() {
    int tasks = 1000;
    try (Rig rig = new Rig(1)) {
      Set<Integer> turns = new HashSet<>();
      int[] left = {tasks};
      Runnable chain =
          new Runnable() {
            @Override
            public void run() {
              turns.add(rig.loop().turn());
              if (--left[0] > 0) {
                rig.loop().execute(this);
              }
            }
          };
      Rig.runOnLoop(rig.loop(), () -> rig.loop().execute(chain));
      while (Rig.onLoop(rig.loop(), () -> left[0]) > 0) {
        Thread.onSpinWait();
      }
      // 512 of them whatever the time, more if there is some; and it may begin where a turn ends.
      assertThat(turns).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void taskThatPostsItselfDoesNotStarveChannelsOrTimers() throws Exception {
    try (Rig rig = new Rig(1);
        Rig.Plain plain = rig.plain(Wire.TCP)) {
      boolean[] stop = {false};
      Runnable again =
          new Runnable() {
            @Override
            public void run() {
              if (!stop[0]) {
                rig.loop().execute(this);
              }
            }
          };
      rig.loop().execute(again);
      Outcome<Void> reading = Rig.read(plain.stream(), ByteBuffer.allocate(1));
      plain.peer().write(ByteBuffer.allocate(1));
      reading.awaitBytes();
      CountDownLatch fired = new CountDownLatch(1);
      rig.loop().schedule(Duration.ofMillis(1), fired::countDown);
      assertThat(fired.await(30, TimeUnit.SECONDS)).isTrue();
      rig.loop().execute(() -> stop[0] = true);
    }
  }

  @Test
  void interruptOfTheThreadIsHarmless() {
    try (Rig rig = new Rig(1)) {
      Rig.runOnLoop(rig.loop(), () -> Thread.currentThread().interrupt());
      Rig.settle(rig.loop());
      assertThat(Rig.onLoop(rig.loop(), () -> Thread.currentThread().isInterrupted())).isFalse();
    }
  }

  @Test
  void isCurrentOnlyWithinItsTasks() {
    try (Rig rig = new Rig(2)) {
      NioEventLoop one = rig.group.loops().get(0);
      NioEventLoop two = rig.group.loops().get(1);
      assertThat(one.isCurrent()).isFalse();
      assertThat(Rig.onLoop(one, one::isCurrent)).isTrue();
      assertThat(Rig.onLoop(one, two::isCurrent)).isFalse();
      one.dispatch(() -> {});
      Rig.runOnLoop(
          one,
          () -> {
            boolean[] ran = {false};
            one.dispatch(() -> ran[0] = true);
            assertThat(ran[0]).isTrue();
          });
    }
  }

  // ---------------------------------------------------------------- time

  @Test
  void timersFireByDeadlineAndNotEarly() throws Exception {
    record Fired(long earliest, long latest, long at, long loopTime) {}
    int timers = 60;
    try (Rig rig = new Rig(1)) {
      SelectorLoop loop = rig.loop();
      List<Fired> fired = Collections.synchronizedList(new ArrayList<>());
      CountDownLatch all = new CountDownLatch(timers);
      for (int i = 0; i < timers; i++) {
        long delay = TimeUnit.MILLISECONDS.toNanos(1 + i * 37 % 50);
        Runnable schedule =
            () -> {
              // Of timers from elsewhere the order is known only once they have reached the loop.
              long[] deadline = {System.nanoTime() + delay, Long.MAX_VALUE};
              loop.schedule(
                  Duration.ofNanos(delay),
                  () -> {
                    fired.add(
                        new Fired(deadline[0], deadline[1], System.nanoTime(), loop.nanoTime()));
                    all.countDown();
                  });
              if (loop.isCurrent()) {
                deadline[1] = System.nanoTime() + delay;
              }
            };
        if (i % 2 == 0) {
          Rig.runOnLoop(loop, schedule);
        } else {
          schedule.run();
        }
      }
      assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < timers; i++) {
        Fired timer = fired.get(i);
        assertThat(timer.at - timer.earliest).isNotNegative();
        assertThat(timer.loopTime - timer.earliest).isNotNegative();
        for (Fired later :
            timer.latest == Long.MAX_VALUE ? fired.subList(i, i) : fired.subList(i, timers)) {
          assertThat(later.latest).isGreaterThanOrEqualTo(timer.earliest);
        }
      }
    }
  }

  @Test
  void timerWithoutDelayIsATask() throws Exception {
    try (Rig rig = new Rig(1)) {
      for (Duration delay : List.of(Duration.ZERO, Duration.ofDays(-1))) {
        Rig.runOnLoop(
            rig.loop(),
            () -> {
              boolean[] ran = {false};
              rig.loop().schedule(delay, () -> ran[0] = true);
              assertThat(ran[0]).isFalse();
              rig.loop().execute(() -> assertThat(ran[0]).isTrue());
            });
        Rig.settle(rig.loop());
      }
      Timer farAway = rig.loop().schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> {});
      assertThat(farAway.cancel()).isTrue();
    }
  }

  @Test
  void cancelDecidesWhetherATimerRuns() throws Exception {
    try (Rig rig = new Rig(1)) {
      AtomicInteger ran = new AtomicInteger();
      int cancelled = 0;
      for (int i = 0; i < 2_000; i++) {
        Timer timer = rig.loop().schedule(Duration.ofNanos(i * 20L), ran::incrementAndGet);
        if (timer.cancel()) {
          cancelled++;
        }
      }
      CompletableFuture<Void> last = new CompletableFuture<>();
      rig.loop().schedule(Duration.ofMillis(2), () -> last.complete(null));
      last.get(30, TimeUnit.SECONDS);
      Rig.settle(rig.loop());
      assertThat(ran.get()).isEqualTo(2_000 - cancelled);
    }
  }

  // ---------------------------------------------------------------- end

  @Test
  void closeCompletesEverythingOnTheLoopAndThreadAndDescriptorsEnd() throws Exception {
    Rig rig = new Rig(1);
    SelectorLoop loop = rig.loop();
    Thread thread = Rig.onLoop(loop, Thread::currentThread);
    assertThat(thread.isDaemon()).isTrue();
    Acceptor acceptor = rig.listen(Wire.TCP);
    Outcome<AsyncStream> accepting = Rig.accept(acceptor);
    Rig.Pair pair = rig.pair(Wire.UNIX);
    Outcome<Void> reading = Rig.read(pair.client(), ByteBuffer.allocate(1));
    Outcome<Void> waiting = new Outcome<>();
    pair.server().asyncTeardown(io.plywire.stream.Role.CLIENT, waiting);
    Outcome<AsyncStream> connecting = new Outcome<>();
    CountDownLatch answer = new CountDownLatch(1);
    Sockets.connect(
        rig.group::next,
        io.plywire.transport.Endpoint.parse("ws://slow.invalid:1"),
        io.plywire.transport.TransportOptions.defaults(),
        ConnectTest.resolver(
            host -> {
              answer.await();
              return new java.net.InetAddress[0];
            }),
        connecting);
    Rig.settle(loop);

    loop.close();
    loop.close();
    assertThat(loop.isOpen()).isFalse();
    assertThat(rig.group.isOpen()).isFalse();
    for (Outcome<?> outcome : List.of(accepting, reading, waiting, connecting)) {
      outcome.awaitError(StreamError.ABORTED);
      assertThat(outcome.thread).isSameAs(thread);
    }
    assertThat(loop.awaitTermination(LONG)).isTrue();
    assertThat(thread.isAlive()).isFalse();
    assertThat(loop.memberCount()).isZero();
    assertThat(loop.timerCount()).isZero();
    assertThat(loop.selector().isOpen()).isFalse();
    assertThat(pair.client().channel().isOpen()).isFalse();
    assertThat(acceptor.isOpen()).isFalse();
    assertThat(pair.client().isOpen()).isFalse();
    answer.countDown();

    // later operations
    Rig.read(pair.client(), ByteBuffer.allocate(1)).awaitError(StreamError.CLOSED);
    Rig.accept(acceptor).awaitError(StreamError.CLOSED);
    rig.connect(acceptor.localEndpoint(), Wire.TCP.options).awaitError(StreamError.CLOSED);
    assertThatThrownBy(() -> rig.listen(Wire.TCP)).hasMessageContaining("was closed");
  }

  @Test
  void closedLoopStillRunsWhatIsPostedOneAtATimeAndKeepsNoThread() throws Exception {
    Rig rig = new Rig(1);
    SelectorLoop loop = rig.loop();
    rig.close();
    int threads = 4;
    int each = 2_000;
    CountDownLatch ran = new CountDownLatch(threads * each);
    int[] plain = {0};
    List<Thread> runners = Collections.synchronizedList(new ArrayList<>());
    for (int t = 0; t < threads; t++) {
      new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  loop.execute(
                      () -> {
                        assertThat(loop.isCurrent()).isTrue();
                        plain[0]++;
                        runners.add(Thread.currentThread());
                        loop.execute(ran::countDown);
                      });
                }
              })
          .start();
    }
    assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(plain[0]).isEqualTo(threads * each);
    for (Thread runner : new java.util.HashSet<>(runners)) {
      runner.join(30_000);
      assertThat(runner.isAlive()).isFalse();
      assertThat(runner.isDaemon()).isTrue();
    }
  }

  @Test
  void timersOutliveTheLoop() throws Exception {
    Rig rig = new Rig(1);
    CountDownLatch fired = new CountDownLatch(2);
    rig.loop().schedule(Duration.ofMillis(100), fired::countDown);
    Timer cancelled =
        rig.loop()
            .schedule(
                Duration.ofMillis(100),
                () -> {
                  throw new AssertionError("was cancelled");
                });
    rig.close();
    assertThat(cancelled.cancel()).isTrue();
    rig.loop().schedule(Duration.ofMillis(1), fired::countDown);
    assertThat(fired.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void taskThatNeverStopsPostingDoesNotKeepTheThread() throws Exception {
    Rig rig = new Rig(1);
    SelectorLoop loop = rig.loop();
    boolean[] stop = {false};
    CountDownLatch stopped = new CountDownLatch(1);
    Runnable again =
        new Runnable() {
          @Override
          public void run() {
            if (stop[0]) {
              stopped.countDown();
            } else {
              loop.execute(this);
            }
          }
        };
    loop.execute(again);
    rig.close();
    loop.execute(() -> stop[0] = true);
    assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void handlerWhoseExecutorRefusesDoesNotKeepTheLoopFromEnding() throws Exception {
    try (Rig rig = new Rig(1);
        Rig.Plain first = rig.plain(Wire.TCP);
        Rig.Plain second = rig.plain(Wire.TCP)) {
      Outcome<Void> other = Rig.read(second.stream(), ByteBuffer.allocate(1));
      Outcome<Void> refused =
          new Outcome<Void>()
              .on(
                  task -> {
                    throw new java.util.concurrent.RejectedExecutionException("a test's");
                  });
      first.stream().asyncReadSome(ByteBuffer.allocate(1), refused);
      Rig.settle(rig.loop());
      rig.loop().close();
      assertThat(rig.loop().awaitTermination(LONG)).isTrue();
      other.awaitError(StreamError.ABORTED);
      assertThat(first.stream().channel().isOpen()).isFalse();
    }
  }

  @Test
  void selectorThatFailsEndsEverythingWithAnError() throws Exception {
    try (Rig rig = new Rig(1)) {
      Rig.Plain plain = rig.plain(Wire.TCP);
      Outcome<Void> reading = Rig.read(plain.stream(), ByteBuffer.allocate(1));
      Outcome<AsyncStream> accepting = Rig.accept(rig.listen(Wire.TCP));
      Rig.settle(rig.loop());
      rig.loop().selector().close();
      assertThat(reading.awaitError(StreamError.IO)).hasCauseInstanceOf(RuntimeException.class);
      accepting.awaitError(StreamError.IO);
      assertThat(rig.loop().awaitTermination(LONG)).isTrue();
      assertThat(rig.loop().isOpen()).isFalse();
      plain.peer().close();
    }
  }

  @Test
  void loopDoesNotWaitForItself() {
    try (Rig rig = new Rig(1)) {
      Rig.runOnLoop(
          rig.loop(),
          () ->
              assertThatThrownBy(() -> rig.loop().awaitTermination(LONG))
                  .isInstanceOf(IllegalStateException.class));
      Rig.runOnLoop(rig.loop(), rig.loop()::close);
    }
  }

  // ---------------------------------------------------------------- groups

  @Test
  void groupHandsLoopsOutInTurn() {
    try (Rig rig = new Rig(3)) {
      List<NioEventLoop> loops = rig.group.loops();
      for (int i = 0; i < 9; i++) {
        assertThat(rig.group.next()).isSameAs(loops.get(i % 3));
      }
    }
    assertThatThrownBy(() -> new NioEventLoopGroup(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void groupUsesTheThreadsItIsGiven() throws Exception {
    List<Thread> made = Collections.synchronizedList(new ArrayList<>());
    try (NioEventLoopGroup group =
        new NioEventLoopGroup(
            2,
            body -> {
              Thread thread = new Thread(body, "given");
              made.add(thread);
              return thread;
            })) {
      assertThat(Rig.onLoop(group.next(), Thread::currentThread)).isIn(made);
      assertThat(made).hasSize(2);
      group.close();
      assertThat(group.awaitTermination(LONG)).isTrue();
    }
  }

  @Test
  void groupWhoseThreadsCannotBeMadeLeavesNothing() {
    AtomicInteger made = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    assertThatThrownBy(
            () ->
                new NioEventLoopGroup(
                    3,
                    body -> {
                      if (made.incrementAndGet() == 3) {
                        throw new IllegalStateException("no thread");
                      }
                      Thread thread = new Thread(body);
                      threads.add(thread);
                      return thread;
                    }))
        .hasMessage("no thread");
    for (Thread thread : threads) {
      try {
        thread.join(30_000);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void sharedGroupCannotBeClosed() {
    NioEventLoopGroup shared = NioEventLoopGroup.shared();
    shared.close();
    shared.next().close();
    assertThat(shared.isOpen()).isTrue();
    assertThat(NioEventLoopGroup.shared()).isSameAs(shared);
    assertThat(Rig.onLoop(shared.next(), () -> Thread.currentThread().isDaemon())).isTrue();
  }

  @Test
  void sharedGroupThatFailedIsReplaced() throws Exception {
    NioEventLoopGroup failed = NioEventLoopGroup.shared();
    ((SelectorLoop) failed.next()).selector().close();
    assertThat(failed.awaitTermination(LONG)).isTrue();
    assertThat(NioEventLoopGroup.shared()).isNotSameAs(failed);
    assertThat(Rig.onLoop(NioEventLoopGroup.shared().next(), () -> 1)).isEqualTo(1);
  }
}

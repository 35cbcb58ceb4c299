// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.plywire.inmemory.Direction;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.WritePendingException;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes per second, on a virtual clock. */
class RateLimitTest {
  /** A 64th of a second's worth is 15 bytes. */
  private static final Rate RATE = new Rate(1000, 100);

  private static final RatePolicy BOTH = RatePolicy.perStream(RATE, RATE);

  private static AsyncStream server(Rig rig, RatePolicy policy) {
    return RateLimit.wrap(rig.pipe.server(), policy);
  }

  /** Takes the burst out of the reads of a stream, and leaves data. */
  private static AsyncStream drained(Rig rig) {
    AsyncStream stream = server(rig, BOTH);
    rig.send(rig.pipe.client(), new byte[1000]);
    assertThat(rig.receive(stream, 500)).hasSize(100);
    return stream;
  }

  @Test
  void readGetsTheBurstAndThenWhatTimeBrings() {
    try (Rig rig = new Rig()) {
      AsyncStream stream = drained(rig);
      ByteBuffer target = ByteBuffer.allocate(500).limit(400);
      Result<Void> read = rig.read(stream, target);
      rig.advanceMillis(14);
      assertThat(read.isDone()).isFalse();
      rig.advanceMillis(1);
      assertThat(read.moved()).isEqualTo(15);
      assertThat(target.position()).isEqualTo(15);
      assertThat(target.limit()).isEqualTo(400);
      rig.advanceMillis(50);
      assertThat(rig.receive(stream, 30)).hasSize(30);
      assertThat(rig.receive(stream, 30)).hasSize(20);
      rig.advance(Duration.ofDays(1));
      assertThat(rig.receive(stream, 500)).hasSize(100);
    }
  }

  @Test
  void aFewBytesWaitForNoMore() {
    try (Rig rig = new Rig()) {
      AsyncStream stream = drained(rig);
      Result<Void> read = rig.read(stream, ByteBuffer.allocate(2));
      rig.advanceMillis(1);
      assertThat(read.isDone()).isFalse();
      rig.advanceMillis(1);
      assertThat(read.moved()).isEqualTo(2);
    }
  }

  @Test
  void writeIsShortAndLimitsAreAsBefore() {
    try (Rig rig = new Rig()) {
      AsyncStream stream = server(rig, BOTH);
      ByteBuffer[] sources = {
        ByteBuffer.allocate(0),
        ByteBuffer.allocate(60).asReadOnlyBuffer(),
        ByteBuffer.allocate(80).limit(70),
        ByteBuffer.allocate(50)
      };
      Result<Void> write = rig.write(stream, sources);
      rig.run();
      assertThat(write.moved()).isEqualTo(100);
      assertThat(sources[1].hasRemaining()).isFalse();
      assertThat(sources[2].position()).isEqualTo(40);
      assertThat(sources[2].limit()).isEqualTo(70);
      assertThat(sources[3].position()).isZero();
      Result<Void> next = rig.write(stream, sources);
      rig.advanceMillis(15);
      assertThat(next.moved()).isEqualTo(15);
      assertThat(sources[2].limit()).isEqualTo(70);
    }
  }

  /**
   * In whatever pieces, no stretch of time has more than it may, and in the end nothing is lost.
   */
  @ParameterizedTest
  @CsvSource({"1, 1", "3, 1", "63, 7", "1000, 100", "64000, 1", "100000, 1000000"})
  void rateIsKeptAndReached(long perSecond, long burst) {
    Rate rate = new Rate(perSecond, burst);
    Random random = new Random(perSecond);
    for (boolean reading : new boolean[] {true, false}) {
      try (Rig rig = new Rig(1 << 20)) {
        AsyncStream stream = server(rig, RatePolicy.perStream(rate, rate));
        long want = burst + 200 + perSecond / 10;
        long moved = 0;
        long begun = rig.executor.nanoTime();
        while (moved < want) {
          int some = 1 + random.nextInt(reading ? 3000 : 900);
          if (reading) {
            rig.send(rig.pipe.client(), new byte[some]);
          }
          ByteBuffer buffer = ByteBuffer.allocate(some);
          Result<Void> operation = reading ? rig.read(stream, buffer) : rig.write(stream, buffer);
          while (!operation.isDone()) {
            rig.advance(rig.executor.pendingTasks() > 0 ? Duration.ZERO : next(rig));
          }
          moved += operation.moved();
          double seconds = (rig.executor.nanoTime() - begun) / 1e9;
          assertThat((double) moved).isLessThanOrEqualTo(burst + seconds * perSecond + 1e-3);
          dropRest(reading ? rig.pipe.server() : rig.pipe.client(), rig);
        }
        double least = (double) (want - burst) / perSecond;
        double seconds = (rig.executor.nanoTime() - begun) / 1e9;
        assertThat(seconds).isBetween(least - 1e-6, 1.1 * least + 4000.0 / perSecond + 1);
      }
    }
  }

  private static Duration next(Rig rig) {
    Duration next = rig.executor.nextTimer();
    assertThat(next).as("a timer of what is delayed").isNotNull();
    return next;
  }

  private static void dropRest(InMemoryStream end, Rig rig) {
    int left = end.inFlight(Direction.INBOUND);
    if (left > 0) {
      rig.receive(end, left);
    }
  }

  @Test
  void directionsAreCountedApartAndOneMayBeUnlimited() {
    try (Rig rig = new Rig()) {
      AsyncStream stream = server(rig, RatePolicy.perStream(RATE, Rate.UNLIMITED));
      Result<Void> write = rig.write(stream, ByteBuffer.allocate(50_000));
      rig.send(rig.pipe.client(), new byte[1000]);
      assertThat(write.moved()).isEqualTo(50_000);
      assertThat(rig.receive(stream, 1000)).hasSize(100);
    }
    try (Rig rig = new Rig()) {
      AsyncStream stream = server(rig, RatePolicy.perStream(Rate.UNLIMITED, RATE));
      rig.send(rig.pipe.client(), new byte[1000]);
      Result<Void> wait = rig.await(stream);
      rig.run();
      assertThat(wait.moved()).isZero();
      assertThat(rig.receive(stream, 1000)).hasSize(1000);
    }
    try (Rig rig = new Rig()) {
      RatePolicy none = RatePolicy.perStream(Rate.UNLIMITED, Rate.perSecond(0));
      assertThat(server(rig, none)).isSameAs(rig.pipe.server());
    }
  }

  @Test
  void waitIsForDataAndForItsTurn() {
    try (Rig rig = new Rig()) {
      AsyncStream stream = drained(rig);
      Result<Void> wait = rig.await(stream);
      rig.advanceMillis(14);
      assertThat(wait.isDone()).isFalse();
      assertThatThrownBy(() -> stream.asyncReadSome(ByteBuffer.allocate(1), new Result<>()))
          .isInstanceOf(ReadPendingException.class)
          .hasMessageContaining("asyncWait");
      rig.advanceMillis(1);
      assertThat(wait.moved()).isZero();
      assertThat(rig.receive(stream, 100)).hasSize(15);
    }
  }

  @Test
  void emptyOperationsNeedNoTurn() {
    try (Rig rig = new Rig()) {
      AsyncStream stream = drained(rig);
      assertThat(rig.receive(stream, 0)).isEmpty();
      rig.send(stream, new byte[100]);
      Result<Void> write = rig.write(stream, ByteBuffer.allocate(0));
      rig.run();
      assertThat(write.moved()).isZero();
    }
  }

  // ---- ends of what is delayed

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void whatIsDelayedEndsByAnyRequestWithoutATrace(CancellationType type) {
    try (Rig rig = new Rig()) {
      AsyncStream stream = drained(rig);
      rig.send(stream, new byte[100]);
      long started = rig.pipe.server().faults().started();
      ByteBuffer target = ByteBuffer.allocate(50).limit(40);
      ByteBuffer source = ByteBuffer.allocate(50).limit(40);
      Result<Void> read = rig.read(stream, target);
      Result<Void> write = rig.write(stream, source);
      rig.run();
      read.cancel(type);
      write.cancel(type);
      rig.run();
      assertThat(read.failed(StreamError.ABORTED).cancellation()).isEqualTo(type);
      assertThat(write.failed(StreamError.ABORTED).cancellation()).isEqualTo(type);
      assertThat(target.position() + source.position()).isZero();
      assertThat(target.limit() + source.limit()).isEqualTo(80);
      assertThat(rig.executor.pendingTimers()).isZero();
      assertThat(rig.pipe.server().faults().started()).isEqualTo(started);
      rig.advanceMillis(100);
      assertThat(rig.receive(stream, 500)).hasSize(100);
      rig.send(stream, new byte[100]);
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void whatTheStreamBelowHasIsCancelledThere(CancellationType type) {
    for (boolean waiting : new boolean[] {false, true}) {
      for (int steps = 0; steps < 4; steps++) {
        try (Rig rig = new Rig(10)) {
          AsyncStream stream = server(rig, BOTH);
          rig.send(stream, new byte[10]);
          ByteBuffer target = ByteBuffer.allocate(500).limit(400);
          ByteBuffer source = ByteBuffer.allocate(500).limit(400);
          Result<Void> read = waiting ? rig.await(stream) : rig.read(stream, target);
          Result<Void> write = rig.write(stream, source);
          for (int i = 0; i < steps; i++) {
            rig.executor.runOne();
          }
          read.cancel(type);
          write.cancel(type);
          rig.run();
          assertThat(read.failed(StreamError.ABORTED).cancellation()).isEqualTo(type);
          assertThat(write.failed(StreamError.ABORTED).cancellation()).isEqualTo(type);
          assertThat(target.limit() + source.limit()).isEqualTo(800);
        }
      }
    }
  }

  @Test
  void closeEndsWhatIsDelayed() {
    for (boolean below : new boolean[] {false, true}) {
      try (Rig rig = new Rig()) {
        AsyncStream stream = drained(rig);
        rig.send(stream, new byte[100]);
        Result<Void> read = rig.read(stream, ByteBuffer.allocate(50));
        Result<Void> write = rig.write(stream, ByteBuffer.allocate(50));
        rig.run();
        (below ? rig.pipe.server() : stream).close();
        rig.run();
        if (below) { // which tells nobody
          rig.advanceMillis(15);
        }
        read.failed(StreamError.ABORTED);
        write.failed(StreamError.ABORTED);
        assertThat(rig.executor.pendingTimers()).isZero();
        Result<Void> later = rig.read(stream, ByteBuffer.allocate(50));
        rig.run();
        later.failed(StreamError.CLOSED);
        assertThat(stream.isOpen()).isFalse();
      }
    }
  }

  @Test
  void teardownEndsADelayedReadAndRefusesADelayedWrite() {
    try (Rig rig = new Rig()) {
      AsyncStream stream = drained(rig);
      rig.send(stream, new byte[100]);
      Result<Void> read = rig.read(stream, ByteBuffer.allocate(50));
      Result<Void> write = rig.write(stream, ByteBuffer.allocate(50));
      rig.run();
      assertThatThrownBy(() -> stream.asyncTeardown(Role.CLIENT, new Result<>()))
          .isInstanceOf(WritePendingException.class)
          .hasMessageContaining("asyncWriteSome");
      rig.advanceMillis(15);
      assertThat(write.moved()).isEqualTo(15);
      assertThat(read.moved()).isEqualTo(15);
      Result<Void> delayed = rig.read(stream, ByteBuffer.allocate(50));
      rig.run();
      assertThat(delayed.isDone()).isFalse();
      Result<Void> teardown = rig.tearDown(stream);
      rig.run();
      delayed.failed(StreamError.ABORTED);
      assertThatThrownBy(() -> stream.asyncWriteSome(new ByteBuffer[] {}, new Result<>()))
          .isInstanceOf(WritePendingException.class)
          .hasMessageContaining("asyncTeardown");
      rig.pipe.client().close();
      rig.run();
      teardown.moved();
      assertThat(stream.isOpen()).isFalse();
    }
  }

  @Test
  void everyOperationBelowFails() {
    boolean more = true;
    for (int k = 0; more; k++) {
      try (Rig rig = new Rig(1)) {
        IOException trouble = new IOException("planned failure " + k);
        rig.pipe.server().faults().fail(k, trouble);
        AsyncStream stream = server(rig, k % 2 == 0 ? BOTH : RatePolicy.shared(RATE, RATE));
        boolean failed = false;
        for (int i = 0; i < 5; i++) {
          ByteBuffer target = ByteBuffer.allocate(9).limit(7);
          Result<Void> wait = rig.await(stream);
          Result<Void> write = rig.write(stream, ByteBuffer.allocate(9));
          rig.write(rig.pipe.client(), ByteBuffer.allocate(1));
          rig.read(rig.pipe.client(), ByteBuffer.allocate(1));
          rig.advanceMillis(20);
          Result<Void> read = rig.read(stream, target);
          rig.advanceMillis(20);
          failed |= wait.error() == trouble || write.error() == trouble;
          failed |= read.isDone() && read.error() == trouble;
          assertThat(target.limit()).isEqualTo(7);
          if (failed) {
            break;
          }
        }
        more = rig.pipe.server().faults().started() > k;
        assertThat(failed).isEqualTo(more);
      }
    }
  }

  // ---- several streams

  @Test
  void sharedRateIsThatOfAllStreams() {
    try (Rig one = new Rig()) {
      RatePolicy tenant = RatePolicy.shared(RATE, Rate.UNLIMITED);
      InMemoryPipe second = InMemoryPipe.create(one.executor);
      AsyncStream first = server(one, tenant);
      AsyncStream idle = RateLimit.wrap(second.server(), tenant);
      Result<Void> waiting = one.read(idle, ByteBuffer.allocate(1000)); // holds nothing
      one.run();
      one.send(one.pipe.client(), new byte[1000]);
      assertThat(one.receive(first, 1000)).hasSize(100);
      one.send(second.client(), new byte[1000]);
      assertThat(waiting.isDone()).isFalse();
      one.advanceMillis(15);
      assertThat(waiting.moved()).isEqualTo(15);
      long moved = 0;
      for (int i = 0; i < 50; i++) { // both want more than there is, and both get some
        Result<Void> a = one.read(first, ByteBuffer.allocate(100));
        Result<Void> b = one.read(idle, ByteBuffer.allocate(100));
        one.advanceMillis(30);
        moved += a.moved() + b.moved();
      }
      assertThat(moved).isBetween(1400L, 1500L);
      second.client().close();
      second.server().close();
    }
  }

  @Test
  void debtIsMadeUpFor() {
    TokenBucket bucket = TokenBucket.of(RATE, true);
    long now = Long.MAX_VALUE - 5; // and beyond
    assertThat(bucket.allowed(1000, now)).isEqualTo(100);
    bucket.passed(100, now);
    bucket.passed(1000, now);
    assertThat(bucket.allowed(1, now)).isZero();
    assertThat(bucket.nanosUntilAllowed(1000, now)).isEqualTo(1_015_000_000L);
    assertThat(bucket.nanosUntilAllowed(1, now + 1_000_000_000L)).isEqualTo(1_000_000L);
    assertThat(bucket.allowed(1000, now + 1_015_000_000L)).isEqualTo(15);
    assertThat(bucket.allowed(1000, now)).isEqualTo(15); // a clock that is behind
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 7, 1000, 1L << 40})
  void bucketAfterAnyTime(long perSecond) {
    TokenBucket bucket = TokenBucket.of(new Rate(perSecond, Rate.MAX_BURST_BYTES), true);
    long now = 0;
    assertThat(bucket.allowed(Long.MAX_VALUE, now)).isEqualTo(Rate.MAX_BURST_BYTES);
    for (int i = 0; i < 10; i++) {
      bucket.passed(Rate.MAX_BURST_BYTES, now);
    }
    assertThat(bucket.allowed(1, now)).isZero();
    now += Long.MAX_VALUE / 2;
    assertThat(bucket.allowed(Long.MAX_VALUE, now))
        .isEqualTo(Math.min(Rate.MAX_BURST_BYTES, perSecond == 1 ? 2463889378L : 1L << 40));
  }

  // ---- how it comes to be

  @Test
  void wrapsByPolicyOrByOption() {
    TransportOptions options = TransportOptions.defaults().with(RateOptions.POLICY, BOTH);
    try (Rig rig = new Rig()) {
      Result<AsyncStream> none =
          rig.wrap(rig.pipe.server(), new RateLimit(), TransportOptions.defaults());
      Result<AsyncStream> byOption = rig.wrap(rig.pipe.server(), new RateLimit(), options);
      assertThat(none.isDone() || byOption.isDone()).isFalse();
      rig.run();
      assertThat(none.value()).isSameAs(rig.pipe.server());
      assertThat(byOption.value())
          .hasToString(
              "rate[in 1000 B/s, burst 100 B, out 1000 B/s, burst 100 B] over in-memory server of"
                  + " pipe");
      Result<AsyncStream> byPolicy =
          rig.wrap(rig.pipe.client(), new RateLimit(RatePolicy.shared(RATE, RATE)), options);
      rig.run();
      assertThat(byPolicy.value().toString()).startsWith("rate[shared, in ");
      assertThat(byPolicy.value().layer(InMemoryStream.class)).isSameAs(rig.pipe.client());
      byPolicy.value().close();
      Result<AsyncStream> late = rig.wrap(rig.pipe.client(), new RateLimit(), options);
      rig.run();
      late.failed(StreamError.CLOSED);
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "1099511627777, 1", "1, 0", "1, 1073741825"})
  void ratesThatCannotBe(long perSecond, long burst) {
    assertThatThrownBy(() -> new Rate(perSecond, burst))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" is not between ");
  }

  @Test
  void withinItsLimitsAStreamMakesNoGarbage() {
    try (Rig rig = new Rig()) {
      RatePolicy generous = RatePolicy.perStream(Rate.perSecond(1 << 30), Rate.perSecond(1 << 30));
      AsyncStream stream = server(rig, generous);
      ByteBuffer target = ByteBuffer.allocateDirect(100);
      ByteBuffer[] source = {ByteBuffer.allocateDirect(100)};
      long[] runs = {0};
      IoHandler handler = (error, bytes) -> runs[0] += bytes;
      Runnable round =
          () -> {
            stream.asyncWriteSome(source, handler);
            rig.pipe.client().asyncReadSome(target, handler);
            rig.run();
            target.clear();
            source[0].clear();
            rig.pipe.client().asyncWriteSome(source, handler);
            stream.asyncReadSome(target, handler);
            rig.run();
            target.clear();
            source[0].clear();
          };
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long id = Thread.currentThread().getId();
      for (int i = 0; i < 20_000; i++) {
        round.run();
      }
      long least = Long.MAX_VALUE;
      for (int k = 0; k < 5; k++) { // the JVM's own bookkeeping comes and goes
        long before = threads.getThreadAllocatedBytes(id);
        for (int i = 0; i < 1000; i++) {
          round.run();
        }
        least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
      }
      assertThat(least).as("bytes allocated in 1000 rounds").isLessThan(50_000);
      assertThat(rig.pipe.server().faults().started(IoKind.WRITE)).isEqualTo(25_000);
      assertThat(runs[0]).isEqualTo(25_000 * 400L);
    }
  }
}

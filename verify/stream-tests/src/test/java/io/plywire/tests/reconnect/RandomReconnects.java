// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.reconnect.Backoff;
import io.plywire.websocket.reconnect.Delivery;
import io.plywire.websocket.reconnect.OutboxLimits;
import io.plywire.websocket.reconnect.OutboxLimits.WhenFull;
import io.plywire.websocket.reconnect.Reconnector;
import io.plywire.websocket.reconnect.ReconnectorState;
import io.plywire.websocket.reconnect.ReconnectorState.Phase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * A Reconnector through a random schedule of faults, against a model: each message is told once
 * what became of it, and what the server got agrees with what was told.
 */
final class RandomReconnects {
  /** Sums over many schedules. */
  static final class Sums {
    long sent;
    long notSent;
    long unknown;
    long unknownReceived;
    long lost; // sent, and not received, as the connection broke
    long twice;
    long received;
    long connections;
    long refused;
    long stopped; // by the policy
    long incoming;

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d connections, %d refused, %d times stopped by the policy; %d messages sent, %d of them lost"
              + " with the connection; %d not sent; %d unknown, %d of them received; %d received in"
              + " all, %d of them again; %d came in",
          connections,
          refused,
          stopped,
          sent,
          lost,
          notSent,
          unknown,
          unknownReceived,
          received,
          twice,
          incoming);
    }
  }

  /** A message that was given to the Reconnector. */
  private final class Given implements IoHandler {
    final int index;
    final CancellationSignal signal = new CancellationSignal();
    Delivery told;
    RandomServer.Connection on; // which was up when it was told

    Given(int index) {
      this.index = index;
    }

    @Override
    public void completed(IOException error, long bytes) {
      Delivery before = told;
      check(() -> assertThat(before).as("message %d was told before", index).isNull());
      told = Delivery.of(error);
      on = server.latest();
      check(() -> assertThat(bytes > 0).isEqualTo(told == Delivery.SENT));
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return signal.slot();
    }
  }

  private final ManualExecutor executor = new ManualExecutor();
  private final Random random;
  private final RandomServer server;
  private final List<Given> given = new ArrayList<>();
  private final List<String> incoming = new ArrayList<>();
  private final Deque<Runnable> unfinished = new ArrayDeque<>();
  private final boolean resend;
  private final boolean slow;
  private final Backoff backoff;
  private final int hookManner;
  private final Reconnector reconnector;
  private ReconnectorState last;
  private Duration lastAttempt;
  private int opened;
  private int closes;
  private AssertionError
      violation; // what is thrown in a callback is taken for a stranger's failure

  private RandomReconnects(Random random) {
    this.random = random;
    server = new RandomServer(executor, random);
    resend = random.nextInt(4) == 0;
    slow = random.nextInt(4) == 0;
    hookManner = random.nextInt(3);
    backoff =
        Backoff.defaults()
            .withFloor(Duration.ofMillis(1 + random.nextInt(50)))
            .withBase(Duration.ofMillis(1 + random.nextInt(500)))
            .withCap(Duration.ofMillis(500 + random.nextInt(2000)))
            .withStableAfter(Duration.ofMillis(1 + random.nextInt(1000)));
    OutboxLimits limits =
        OutboxLimits.defaults()
            .with(1 + random.nextInt(12), 100 + random.nextInt(8000))
            .withWhenFull(random.nextBoolean() ? WhenFull.REJECT : WhenFull.DROP_OLDEST);
    if (random.nextInt(3) == 0) {
      limits = limits.withTimeToLive(Duration.ofMillis(1 + random.nextInt(800)));
    }
    Reconnector.Builder builder =
        Reconnector.builder(executor, this::dial)
            .backoff(backoff)
            .random(random)
            .outbox(limits)
            .resend(resend)
            .attemptTimeout(Duration.ofMillis(200 + random.nextInt(500)))
            .onState(this::changed);
    if (slow) {
      builder.onMessageAsync(this::receive);
    } else {
      builder.onMessage(message -> incoming.add(message.text()));
    }
    if (hookManner > 0) {
      builder.onOpen(this::prepare);
    }
    reconnector = builder.start();
  }

  /** Goes through one schedule. */
  static void run(Random random, Sums sums) {
    RandomReconnects one = new RandomReconnects(random);
    one.live();
    one.end();
    one.compare(sums);
  }

  private void check(Runnable assertion) {
    try {
      assertion.run();
    } catch (AssertionError e) {
      violation = violation == null ? e : violation;
    }
  }

  private void dial(Handler<WebSocketStream> handler) {
    Duration now = executor.elapsed();
    Duration pause = lastAttempt == null ? backoff.floor() : now.minus(lastAttempt);
    check(() -> assertThat(pause).as("a tight loop").isGreaterThanOrEqualTo(backoff.floor()));
    lastAttempt = now;
    server.dial(handler);
  }

  private void prepare(WebSocketStream stream, boolean first, Handler<Void> done) {
    check(() -> assertThat(first).isEqualTo(opened == 0));
    switch (random.nextInt(hookManner == 1 ? 1 : 5)) {
      case 0 -> stream.asyncWrite("hello", (error, bytes) -> done.completed(error, null));
      case 1 -> done.completed(null, null);
      case 2 -> done.completed(new IOException("not today"), null);
      case 3 -> {} // the deadline ends it
      default -> throw new IllegalStateException("thrown by the hook");
    }
  }

  private void receive(Message message, Runnable next) {
    incoming.add(message.text());
    check(() -> assertThat(unfinished).as("messages come one at a time").isEmpty());
    if (random.nextBoolean()) {
      next.run();
    } else {
      unfinished.add(next);
    }
  }

  private void changed(ReconnectorState state) {
    Phase before = last == null ? Phase.WAITING : last.phase();
    check(() -> assertThat(follows(before, state.phase())).as("%s", state).isTrue());
    opened += state.phase() == Phase.OPEN ? 1 : 0;
    last = state;
    check(() -> assertThat(reconnector.state()).isSameAs(state));
  }

  private static boolean follows(Phase before, Phase after) {
    return switch (after) {
      case CONNECTING -> before == Phase.WAITING;
      case OPENING -> before == Phase.CONNECTING;
      case OPEN -> before == Phase.CONNECTING || before == Phase.OPENING;
      case WAITING -> before != Phase.STOPPED && before != Phase.WAITING && before != Phase.CLOSING;
      case CLOSING -> before != Phase.STOPPED && before != Phase.WAITING;
      case STOPPED -> before != Phase.STOPPED;
    };
  }

  private void live() {
    int actions = 20 + random.nextInt(100);
    for (int i = 0; i < actions; i++) {
      act();
      for (int steps = random.nextInt(12); steps > 0; steps--) {
        executor.runOne();
      }
      if (random.nextInt(4) == 0) {
        int most = random.nextInt(4) == 0 ? 1000 : 20;
        executor.advance(Duration.ofMillis(random.nextInt(most)));
      }
    }
  }

  private void act() {
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> {
        Given message = new Given(given.size());
        given.add(message);
        int size = random.nextInt(4) == 0 ? random.nextInt(3000) : random.nextInt(40);
        reconnector.send(message.index + ":" + "x".repeat(size), message);
      }
      case 4 -> {
        if (!given.isEmpty() && random.nextInt(3) == 0) {
          Given any = given.get(random.nextInt(given.size()));
          any.signal.emit(CancellationType.values()[random.nextInt(3)]);
        }
      }
      case 5 -> {
        if (!unfinished.isEmpty()) {
          unfinished.poll().run();
        }
      }
      case 6, 7 -> server.act();
      case 8 -> {
        if (random.nextInt(60) == 0) {
          finish();
        }
      }
      default -> {}
    }
  }

  private void finish() {
    switch (random.nextInt(3)) {
      case 0 -> reconnector.close();
      case 1 -> reconnector.abort();
      default -> {
        closes++;
        reconnector.asyncClose(
            CloseReason.of(CloseCode.GOING_AWAY),
            (error, state) -> {
              closes--;
              check(() -> assertThat(error).isNull());
              check(() -> assertThat(state.phase()).isEqualTo(Phase.STOPPED));
            });
      }
    }
  }

  /** Stops, and demands that nothing is left. */
  private void end() {
    finish();
    for (int i = 0; i < 100 && reconnector.state().phase() != Phase.STOPPED; i++) {
      while (!unfinished.isEmpty()) {
        unfinished.poll().run();
      }
      executor.advance(Duration.ofMillis(100));
      if (i > 40) {
        reconnector.abort(); // a peer that does not read keeps a close waiting
      }
    }
    assertThat(reconnector.state().phase()).isEqualTo(Phase.STOPPED);
    executor.runUntilIdle();
    server.stop();
    unfinished.forEach(Runnable::run);
    executor.runUntilIdle();
    assertThat(closes).as("closes that were not told").isZero();
    assertThat(reconnector.queuedMessages()).isZero();
    assertThat(reconnector.queuedBytes()).isZero();
    assertThat(executor.pendingTimers()).as("timers left").isZero();
    assertThat(executor.buffers().outstanding()).as("buffers left").isZero();
  }

  private void compare(Sums sums) {
    if (violation != null) {
      throw violation;
    }
    Map<Integer, Integer> times = new HashMap<>();
    int before = -1;
    for (RandomServer.Connection connection : server.connections) {
      for (String text : connection.received) {
        int index = Integer.parseInt(text.substring(0, text.indexOf(':')));
        boolean again = times.merge(index, 1, Integer::sum) > 1;
        assertThat(index).as("order").isGreaterThanOrEqualTo(before);
        assertThat(again).as("message %d came again", index).isEqualTo(index == before);
        assertThat(again && !resend).as("message %d came twice", index).isFalse();
        sums.twice += again ? 1 : 0;
        sums.received++;
        before = index;
      }
    }
    for (Given message : given) {
      assertThat(message.told).as("message %d is told", message.index).isNotNull();
      int received = times.getOrDefault(message.index, 0);
      switch (message.told) {
        case SENT -> {
          sums.sent++;
          if (received == 0) {
            sums.lost++;
            assertThat(message.on.endedInOrder()).as("%d is lost", message.index).isFalse();
          }
        }
        case NOT_SENT -> {
          sums.notSent++;
          assertThat(received).as("message %d was not sent", message.index).isZero();
        }
        case UNKNOWN -> {
          sums.unknown++;
          sums.unknownReceived += received > 0 ? 1 : 0;
        }
      }
    }
    server.compareWith(incoming);
    sums.incoming += incoming.size();
    sums.connections += server.connections.size();
    sums.refused += server.refused;
    sums.stopped += server.saidStop ? 1 : 0;
  }
}

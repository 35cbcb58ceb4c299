// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Harness;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.reconnect.Backoff;
import io.plywire.websocket.reconnect.Reconnector;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Very many clients of one server, each a real {@link Reconnector}, on the virtual clock. Only what
 * is below the WebSocket is made up, and counted.
 */
final class Herd {
  /** What the server does with an attempt. */
  enum Manner {
    WORKS,
    REFUSES,
    DROPS_AT_ONCE,
    UNAVAILABLE
  }

  private final ManualExecutor executor = new ManualExecutor();
  private final SplittableRandom random = new SplittableRandom(6455);
  private final Backoff backoff = Backoff.defaults();
  private final Client[] clients;
  private final int[] perSecond = new int[100_000];
  private Manner manner = Manner.WORKS;
  private IOException unavailable;
  private long zero; // when what is counted began
  private int open;

  Herd(int size) {
    clients = new Client[size];
    for (int i = 0; i < size; i++) {
      clients[i] = new Client();
    }
    executor.runUntilIdle();
    assertThat(open).isEqualTo(size);
    executor.advance(backoff.stableAfter());
    zero = executor.elapsed().toNanos();
    Arrays.fill(perSecond, 0);
  }

  int size() {
    return clients.length;
  }

  void behave(Manner what) {
    manner = what;
  }

  void refuseWith(IOException error) {
    unavailable = error;
    manner = Manner.UNAVAILABLE;
  }

  /** Does something to all connections, in the same instant. */
  void each(Consumer<IdleStream> what) {
    for (Client client : clients) {
      IdleStream stream = client.stream;
      if (stream != null) {
        what.accept(stream);
        executor.runUntilIdle(); // or all would hold memory for reading together
      }
    }
  }

  void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      executor.advance(Duration.ofSeconds(1));
    }
  }

  /** Lets time pass until everybody is back, and returns how many seconds that took in all. */
  int passUntilAllAreBack() {
    while (Arrays.stream(clients).anyMatch(client -> !client.reconnector.state().isOpen())) {
      pass(1);
      assertThat(seconds()).isLessThan(10_000);
    }
    return seconds();
  }

  private int seconds() {
    return (int) ((executor.elapsed().toNanos() - zero) / 1_000_000_000L);
  }

  /** Returns the attempts of the seconds from one to before another. */
  IntStream attempts(int from, int to) {
    return Arrays.stream(perSecond, from, to);
  }

  /** Returns the attempts per client since counting began, the most of any. */
  int mostOfOne() {
    return Arrays.stream(clients).mapToInt(client -> client.attempts - 1).max().orElseThrow();
  }

  /** Returns the shortest time between two attempts of a client. */
  Duration shortest() {
    return Duration.ofNanos(
        Arrays.stream(clients).mapToLong(client -> client.shortest).min().orElseThrow());
  }

  /** Returns the second from when on each client has tried with every window below the cap. */
  int spreadAfter() {
    Duration sum = Duration.ZERO;
    for (int n = 1; backoff.window(n).compareTo(backoff.cap()) < 0; n++) {
      sum = sum.plus(backoff.window(n)).plus(backoff.floor());
    }
    return (int) sum.plusMillis(999).toSeconds();
  }

  void stop() {
    List.of(clients).forEach(client -> client.reconnector.abort());
    executor.runUntilIdle();
    assertThat(executor.pendingTimers()).isZero();
  }

  private final class Client {
    final Reconnector reconnector;
    IdleStream stream;
    int attempts;
    long last;
    long shortest = Long.MAX_VALUE;

    Client() {
      reconnector =
          Reconnector.builder(executor, this::dial).backoff(backoff).random(random).start();
    }

    private void dial(Handler<WebSocketStream> handler) {
      long now = executor.elapsed().toNanos();
      shortest = attempts++ == 0 ? shortest : Math.min(shortest, now - last);
      last = now;
      perSecond[(int) ((now - zero) / 1_000_000_000L)]++;
      switch (manner) {
        case REFUSES ->
            handler.completed(new StreamException(StreamError.REFUSED, "nobody listens"), null);
        case UNAVAILABLE -> handler.completed(unavailable, null);
        default -> {
          open++;
          stream = new IdleStream(executor);
          handler.completed(
              null, new WebSocketStream(stream, Harness.quiet(), Upgraded.as(Role.CLIENT)));
          if (manner == Manner.DROPS_AT_ONCE) {
            executor.execute(stream::reset);
          }
        }
      }
    }
  }
}

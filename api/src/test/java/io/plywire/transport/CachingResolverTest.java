// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.plywire.stream.Handler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CachingResolverTest {
  private static final List<InetAddress> FOUND = List.of(InetAddress.getLoopbackAddress());

  private final List<String> asked = new ArrayList<>();
  private final List<Handler<List<InetAddress>>> open = new ArrayList<>();
  private final List<Object> heard = new ArrayList<>();
  private long nanos = -5;
  private final Resolver below =
      (host, handler) -> {
        asked.add(host);
        open.add(handler);
      };

  private Resolver cached(int seconds, int failureSeconds) {
    return new CachingResolver(
        below, Duration.ofSeconds(seconds), Duration.ofSeconds(failureSeconds), () -> nanos);
  }

  private void ask(Resolver resolver, String host) {
    resolver.asyncResolve(host, (error, found) -> heard.add(error != null ? error : found));
  }

  private void pass(long seconds) {
    nanos += seconds * 1_000_000_000;
  }

  @Test
  void addressesAreKeptForTheirTime() {
    Resolver resolver = cached(60, 5);
    ask(resolver, "a");
    open.get(0).completed(null, FOUND);
    pass(59);
    ask(resolver, "a");
    assertThat(asked).hasSize(1);
    assertThat(heard).containsExactly(FOUND, FOUND);
    pass(1);
    ask(resolver, "a");
    assertThat(asked).hasSize(2);
  }

  @Test
  void failuresAreKeptForTheirs() {
    IOException failure = new UnknownHostException("a");
    for (int keep : new int[] {5, 0}) {
      asked.clear();
      open.clear();
      heard.clear();
      Resolver resolver = cached(60, keep);
      ask(resolver, "a");
      open.get(0).completed(failure, null);
      pass(4);
      ask(resolver, "a");
      assertThat(asked).hasSize(keep == 0 ? 2 : 1);
      pass(1);
      ask(resolver, "a");
      assertThat(asked).hasSize(2);
      assertThat(heard).hasSize(keep == 0 ? 1 : 2).containsOnly(failure);
    }
  }

  @Test
  void oneQuestionIsForAllWhoAskMeanwhile() {
    Resolver resolver = cached(60, 0);
    ask(resolver, "a");
    ask(resolver, "b");
    ask(resolver, "a");
    assertThat(asked).containsExactly("a", "b");
    open.get(0).completed(null, FOUND);
    assertThat(heard).containsExactly(FOUND, FOUND);
    open.get(1).completed(new UnknownHostException("b"), null);
    assertThat(heard).hasSize(3);
  }

  @Test
  void whoWasNotAskedForLongestIsForgotten() {
    Resolver resolver = cached(60, 0);
    for (int i = 0; i < 1_000; i++) {
      ask(resolver, "h" + i);
      open.get(i).completed(null, FOUND);
    }
    ask(resolver, "h0"); // so h1 is the oldest
    ask(resolver, "more");
    assertThat(asked).hasSize(1_001);
    ask(resolver, "h0");
    assertThat(asked).hasSize(1_001);
    ask(resolver, "h1");
    assertThat(asked).hasSize(1_002);
  }

  @Test
  void timesAreNotNegative() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resolver.system().cached(Duration.ofSeconds(-1), Duration.ZERO))
        .withMessageContaining("negative");
  }
}

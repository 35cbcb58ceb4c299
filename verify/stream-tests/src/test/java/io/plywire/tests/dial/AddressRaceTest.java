// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.plywire.stream.CancellationType;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Recorded;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.WebSocketStream;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A host with several addresses, on the virtual clock: who is tried when, and what remains. */
class AddressRaceTest {
  private static final String URI = "ws://example.com/";
  private static final Duration FAST = Duration.ofMillis(20);

  @Test
  void familiesTakeTurnsAQuarterOfASecondApart() {
    try (Dialled d = new Dialled()) {
      d.net.name(
          "example.com", "2001:db8::1", "2001:db8::2", "192.0.2.1", "192.0.2.2", "192.0.2.3");
      Recorded<WebSocketStream> connect = d.connect(URI);
      d.pass(10_000);
      assertThat(d.net.attempts)
          .containsExactly(
              seen("2001:db8:0:0:0:0:0:1", 0),
              seen("192.0.2.1", 250),
              seen("2001:db8:0:0:0:0:0:2", 500),
              seen("192.0.2.2", 750),
              seen("192.0.2.3", 1000));
      connect.assertPending();
      d.pass(20_000); // the connect timeout of the transport's options
      connect.assertFailed(StreamError.TIMEOUT);
      assertThat(connect.error()).hasMessageContaining("192.0.2.3 no answer");
      assertThat(d.net.cancelled).isEqualTo(5);
    }
  }

  private static Internet.Seen seen(String address, long millis) {
    return new Internet.Seen(address, Duration.ofMillis(millis));
  }

  @Test
  void aBlackHoleCostsAQuarterOfASecond() {
    try (Dialled d = new Dialled()) {
      d.net
          .name("example.com", "2001:db8::1", "192.0.2.1")
          .accepting("192.0.2.1", FAST, d.webSocket());
      Recorded<WebSocketStream> connect = d.connect(URI);
      d.pass(269);
      connect.assertPending();
      d.pass(1);
      connect.result();
      assertThat(d.net.now()).isEqualTo(Duration.ofMillis(270));
      assertThat(d.net.cancelled).isEqualTo(1);
    }
  }

  @Test
  void oneOfEightIsFound() {
    String[] addresses = new String[8];
    for (int alive = 0; alive < 8; alive++) {
      try (Dialled d = new Dialled()) {
        for (int i = 0; i < 8; i++) {
          addresses[i] = i % 2 == 0 ? "2001:db8::" + (i + 1) : "192.0.2." + (i + 1);
        }
        d.net.name("example.com", addresses).accepting(addresses[alive], FAST, d.webSocket());
        Recorded<WebSocketStream> connect = d.connect(URI);
        d.pass(250L * alive + 20);
        connect.result();
        assertThat(d.net.attempts).hasSize(alive + 1);
        assertThat(d.net.cancelled).isEqualTo(alive);
      }
    }
  }

  @Test
  void afterARefusalTheNextOneComesAtOnce() {
    try (Dialled d = new Dialled()) {
      d.net
          .name("example.com", "192.0.2.1", "192.0.2.2", "192.0.2.3")
          .refusing("192.0.2.1", Duration.ofMillis(3))
          .refusing("192.0.2.2", Duration.ofMillis(4))
          .accepting("192.0.2.3", FAST, d.webSocket());
      Recorded<WebSocketStream> connect = d.connect(URI);
      d.pass(27);
      connect.result();
      assertThat(d.net.attempts)
          .containsExactly(seen("192.0.2.1", 0), seen("192.0.2.2", 3), seen("192.0.2.3", 7));
    }
  }

  /** Slow is not dead: the first may still win when the second has been started. */
  @Test
  void theFirstToConnectWinsAndTheOthersAreGivenUp() {
    try (Dialled d = new Dialled()) {
      d.net
          .name("example.com", "192.0.2.1", "192.0.2.2")
          .accepting("192.0.2.1", Duration.ofMillis(300), d.webSocket())
          .accepting("192.0.2.2", Duration.ofMillis(100), d.webSocket());
      Recorded<WebSocketStream> connect = d.connect(URI);
      d.pass(300);
      connect.result();
      assertThat(d.servers).hasSize(1);
      assertThat(d.net.cancelled).isEqualTo(1);
      d.pass(10_000);
      assertThat(d.servers).hasSize(1);
    }
  }

  @Test
  void whatHasWorkedComesFirstForAWhile() {
    try (Dialled d = new Dialled()) {
      d.net
          .name("example.com", "192.0.2.1", "192.0.2.2")
          .accepting("192.0.2.2", FAST, d.webSocket());
      d.connect(URI);
      d.pass(270);
      d.net.attempts.clear();
      Recorded<WebSocketStream> second = d.connect(URI);
      d.pass(20);
      second.result();
      assertThat(d.net.attempts).extracting(Internet.Seen::address).containsExactly("192.0.2.2");
      d.net.executor.advance(Duration.ofMinutes(11));
      d.net.attempts.clear();
      Recorded<WebSocketStream> third = d.connect(URI);
      d.pass(270);
      third.result();
      assertThat(d.net.attempts)
          .extracting(Internet.Seen::address)
          .containsExactly("192.0.2.1", "192.0.2.2");
    }
  }

  @Test
  void thePreferredFamilyBegins() {
    for (boolean six : new boolean[] {true, false}) {
      try (Dialled d = new Dialled(b -> b.with(TransportOptions.PREFER_IPV6, six))) {
        d.net.name("example.com", "192.0.2.1", "2001:db8::1");
        d.connect(URI);
        d.pass(30_000);
        assertThat(d.net.attempts.get(0).address()).matches(six ? "2001.*" : "192.*");
      }
    }
  }

  @Test
  void whenAllHaveFailedTheErrorNamesThemAll() {
    try (Dialled d = new Dialled()) {
      d.net
          .name("example.com", "192.0.2.1", "2001:db8::1")
          .refusing("192.0.2.1", Duration.ofMillis(3))
          .refusing("2001:db8::1", Duration.ofMillis(5));
      Recorded<WebSocketStream> connect = d.connect(URI);
      d.pass(8);
      StreamException error = connect.assertFailed(StreamError.REFUSED);
      assertThat(error)
          .hasMessage(
              "cannot connect to example.com port 80: 192.0.2.1 refused;"
                  + " 2001:db8:0:0:0:0:0:1 refused");
      ConnectReport report = ConnectReport.of(error);
      assertThat(report.took()).isEqualTo(Duration.ofMillis(8));
      assertThat(report.steps())
          .extracting(ConnectReport.Step::stage)
          .containsExactly("resolve", "connect", "connect");
      assertThat(report.steps())
          .extracting(ConnectReport.Step::took)
          .containsExactly(Duration.ZERO, Duration.ofMillis(3), Duration.ofMillis(5));
      assertThat(report).asString().contains("2001:db8:0:0:0:0:0:1 port 80").contains("8 ms");
      assertThat(ConnectReport.of(error.thrownHere())).isSameAs(report);
    }
  }

  @Test
  void anUnknownHostIsUnresolved() {
    try (Dialled d = new Dialled()) {
      Recorded<WebSocketStream> connect = d.connect("ws://nowhere.example/");
      d.run();
      assertThat(connect.assertFailed(StreamError.UNRESOLVED))
          .hasMessageContaining("nowhere.example")
          .hasCauseInstanceOf(UnknownHostException.class);
      assertThat(d.net.attempts).isEmpty();
    }
  }

  @Test
  void anAddressIsNotLookedUp() {
    try (Dialled d = new Dialled()) {
      d.net.accepting("192.0.2.1", FAST, d.webSocket());
      d.net.accepting("2001:db8::1", FAST, d.webSocket());
      d.connect("ws://192.0.2.1/");
      d.pass(20);
      assertThat(d.net.lookups).isZero();
    }
  }

  @Test
  void aResolverThatTakesTooLongEndsByTheSameDeadline() {
    try (Dialled d = new Dialled()) {
      d.net.name("example.com", "192.0.2.1").lookupTime(Duration.ofSeconds(100));
      Recorded<WebSocketStream> connect = d.connect(URI);
      d.pass(30_000);
      assertThat(connect.assertFailed(StreamError.TIMEOUT)).hasMessageContaining("not resolved");
      assertThat(d.net.lookupsTakenBack).isEqualTo(1);
    }
  }

  /** At every step of a connect that passes all stages, and of one that fails in all ways. */
  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void cancelledAtAnyMomentNothingRemains(CancellationType type) {
    for (int moment = 0; moment < 700; moment += 5) {
      try (Dialled d = new Dialled()) {
        d.net
            .lookupTime(Duration.ofMillis(50))
            .name("example.com", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4")
            .refusing("192.0.2.2", Duration.ofMillis(30))
            .accepting("192.0.2.4", Duration.ofMillis(40), d.webSocket());
        Recorded<WebSocketStream> connect = d.connect(URI);
        d.pass(moment);
        boolean before = connect.runs() > 0;
        connect.cancel(type);
        d.pass(0);
        if (before) {
          connect.result();
        } else {
          connect.assertFailed(StreamError.ABORTED);
        }
        d.pass(60_000);
      }
    }
  }

  @Test
  void cancelledAtEveryTaskNothingRemains() {
    for (int tasks = 0; tasks < 80; tasks++) {
      try (Dialled d = new Dialled()) {
        d.net
            .name("example.com", "192.0.2.1", "192.0.2.2")
            .refusing("192.0.2.1", Duration.ZERO)
            .accepting("192.0.2.2", Duration.ZERO, d.webSocket());
        Recorded<WebSocketStream> connect = d.connect(URI);
        for (int i = 0; i < tasks; i++) {
          d.net.executor.advance(Duration.ZERO);
          d.net.executor.runOne();
        }
        connect.cancel(CancellationType.TERMINAL);
        d.pass(1);
        assertThat(connect.runs()).isEqualTo(1);
      }
    }
  }

  @Test
  void optionsThatDoNotFitAreRefusedInTheCall() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Dialled(b -> b.deadline(Duration.ofSeconds(-1))))
        .withMessageContaining("negative");
    assertThatIllegalArgumentException().isThrownBy(() -> new Dialled(b -> b.redirects(-1)));
    try (Dialled d = new Dialled(b -> b.routes(endpoint -> List.of()))) {
      Recorded<WebSocketStream> connect = new Recorded<>("refused");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> d.builder().routes(e -> List.of()).build().asyncConnect(URI, connect))
          .withMessageContaining("no route");
      assertThat(connect.runs()).isZero();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.reconnect.Ending;
import io.plywire.websocket.reconnect.Ending.Stage;
import io.plywire.websocket.reconnect.RetryPolicy;
import io.plywire.websocket.reconnect.RetryPolicy.Decision;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of decisions in docs/reconnecting.md. */
class RetryPolicyTest {
  private static final RetryPolicy STANDARD = RetryPolicy.standard();

  private static Ending failed(IOException error) {
    return new Ending(Stage.CONNECTING, 1, Duration.ZERO, error, null);
  }

  private static Ending refused(int status, String... fields) {
    HttpFields head = new HttpFields();
    for (int i = 0; i < fields.length; i += 2) {
      head.add(fields[i], fields[i + 1]);
    }
    return failed(
        WebSocketException.refused(
            WebSocketError.UPGRADE_DECLINED,
            "refused",
            new UpgradeResponse(status, "No", head, new byte[0])));
  }

  private static Ending closed(Role initiator, CloseReason sent, CloseReason received) {
    CloseOutcome outcome = new CloseOutcome(initiator, sent, received, TransportEnd.GRACEFUL, null);
    return new Ending(Stage.OPEN, 1, Duration.ofSeconds(1), null, outcome);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 407, 410, 421, 426, 431, 451, 499})
  void clientThatIsAtFaultStops(int status) {
    assertThat(STANDARD.decide(refused(status))).isEqualTo(Decision.stop());
    assertThat(STANDARD.decide(refused(status, "Retry-After", "1"))).isEqualTo(Decision.stop());
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 204, 301, 302, 408, 425, 429, 500, 502, 503, 504, 599})
  void everyOtherAnswerIsRepeated(int status) {
    assertThat(STANDARD.decide(refused(status))).isEqualTo(Decision.retry());
    assertThat(STANDARD.decide(refused(status, "Retry-After", "17")))
        .isEqualTo(Decision.retryAfter(Duration.ofSeconds(17)));
  }

  @ParameterizedTest
  @CsvSource({
    "1000, stop", "1001, retry", "1002, stop", "1003, stop", "1007, stop", "1008, stop",
    "1009, stop", "1010, stop", "1011, retry", "1014, retry", "3000, stop", "3001, retry",
    "3003, stop", "3999, retry", "4000, retry", "4999, retry"
  })
  void codeOfTheServerDecides(int code, String expected) {
    Decision decision = expected.equals("stop") ? Decision.stop() : Decision.retry();
    CloseReason said = CloseReason.of(code);
    assertThat(STANDARD.decide(closed(Role.SERVER, said, said))).isEqualTo(decision);
    assertThat(STANDARD.decide(closed(Role.SERVER, null, said))).isEqualTo(decision);
    assertThat(STANDARD.decide(closed(Role.CLIENT, CloseReason.of(4321), said)))
        .as("both closed at once")
        .isEqualTo(decision);
    assertThat(STANDARD.decide(closed(Role.CLIENT, said, said)))
        .as("an answer to our own close")
        .isEqualTo(Decision.retry());
  }

  @Test
  void restartAndOverloadAreObeyed() {
    assertThat(STANDARD.decide(closed(Role.SERVER, null, CloseReason.of(1012))))
        .isEqualTo(new Decision(true, Duration.ofSeconds(5), Duration.ofSeconds(25)));
    assertThat(STANDARD.decide(closed(Role.SERVER, null, CloseReason.of(1013))))
        .isEqualTo(new Decision(true, Duration.ofSeconds(30), Duration.ofSeconds(30)));
    assertThat(
            RetryPolicy.standard(Duration.ofSeconds(10))
                .decide(closed(Role.SERVER, null, CloseReason.of(1013)))
                .atLeast())
        .isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void closeWithoutACodeIsRepeated() {
    Ending ending = closed(Role.SERVER, null, new CloseReason(0, ""));
    assertThat(ending.closeCode()).isEqualTo(1005);
    assertThat(STANDARD.decide(ending)).isEqualTo(Decision.retry());
  }

  @ParameterizedTest
  @EnumSource
  void everyFailureBelowIsRepeatedUnlessTheTransportIsClosed(StreamError error) {
    assertThat(STANDARD.decide(failed(new StreamException(error, "failed"))))
        .isEqualTo(error == StreamError.CLOSED ? Decision.stop() : Decision.retry());
    assertThat(STANDARD.decide(failed(new IOException("of no kind")))).isEqualTo(Decision.retry());
  }

  @Test
  void onesOwnCodeThatFailsWhileConnectingStops() {
    WebSocketException own =
        new WebSocketException(WebSocketError.DECORATOR_FAILED, "no token", null);
    assertThat(STANDARD.decide(failed(own))).isEqualTo(Decision.stop());
    assertThat(STANDARD.decide(new Ending(Stage.OPENING, 1, Duration.ZERO, own, null)))
        .isEqualTo(Decision.retry());
  }

  @Test
  void answerIsFoundBehindOtherErrors() {
    Ending direct = refused(429, "Retry-After", "3");
    Ending wrapped = failed(new IOException("all addresses failed", direct.error()));
    assertThat(wrapped.httpStatus()).isEqualTo(429);
    assertThat(STANDARD.decide(wrapped).atLeast()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void waitIsBounded() {
    assertThat(STANDARD.decide(refused(503, "Retry-After", "86400")).atLeast())
        .isEqualTo(Duration.ofHours(1));
    RetryPolicy minute = RetryPolicy.standard(Duration.ofMinutes(1));
    assertThat(minute.decide(refused(503, "Retry-After", "61")).atLeast())
        .isEqualTo(Duration.ofMinutes(1));
    assertThatThrownBy(() -> RetryPolicy.standard(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "120 | 120",
        "0 | 0",
        "999999999999999999999 | 31536000",
        "Sun, 06 Nov 1994 08:50:37 GMT | 60",
        "Sunday, 06-Nov-94 08:50:37 GMT | 60",
        "Sun Nov  6 08:50:37 1994 | 60",
        "Sun, 06 Nov 1994 08:49:00 GMT | 0",
        "Sat, 06 Nov 2094 08:49:00 GMT | 31536000",
        "-1 | ",
        "1.5 | ",
        "soon | ",
        "Sun, 31 Feb 1994 08:49:37 GMT | ",
        "Sun, | ",
      })
  void everyFormOfRetryAfter(String value, Long seconds) {
    Instant now = Instant.parse("1994-11-06T08:49:37Z");
    Duration expected = seconds == null ? null : Duration.ofSeconds(seconds);
    assertThat(refused(503, "Retry-After", value).retryAfter(now)).isEqualTo(expected);
  }

  @Test
  void dateCountsFromTheServersClock() {
    Ending ending =
        refused(
            503,
            "Retry-After",
            "Sun, 06 Nov 1994 08:50:37 GMT",
            "Date",
            "Sun, 06 Nov 1994 08:50:07 GMT");
    assertThat(ending.retryAfter(Instant.now())).isEqualTo(Duration.ofSeconds(30));
    assertThat(failed(new IOException("nothing")).retryAfter(Instant.now())).isNull();
    assertThat(ending.toString()).contains("while connecting", "failure 1");
  }
}

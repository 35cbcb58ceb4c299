// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.layers.Result;
import io.plywire.layers.Rig;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all proxies have in common, with every conversation there is. */
class TunnelTest {
  private static final byte[] AFTER = "\026\003\003 what the server says first".getBytes(US_ASCII);

  static List<Script> scripts() {
    return Script.all();
  }

  private static Result<AsyncStream> ask(Rig b, Script script) {
    Result<AsyncStream> result = b.result();
    script.ask(b.pipe.client(), result);
    return result;
  }

  private static Result<AsyncStream> answer(Rig b, Script script) {
    Result<AsyncStream> result = b.result();
    script.answer(b.pipe.server(), result);
    return result;
  }

  private static void converse(Rig b, AsyncStream client, AsyncStream server) {
    assertThat(client).isSameAs(b.pipe.client());
    b.send(client, AFTER);
    assertThat(b.receive(server, 100)).isEqualTo(AFTER);
    b.send(server, AFTER);
    assertThat(b.receive(client, 100)).isEqualTo(AFTER);
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void opensATunnel(Script script) {
    try (Rig b = new Rig()) {
      Result<AsyncStream> server = answer(b, script);
      Result<AsyncStream> client = ask(b, script);
      b.run();
      converse(b, client.value(), server.value());
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void oneByteAtATimeInEachDirection(Script script) {
    try (Rig b = new Rig(1)) {
      b.pipe.client().faults().postAlways(true);
      Result<AsyncStream> server = answer(b, script);
      Result<AsyncStream> client = ask(b, script);
      b.run();
      assertThat(server.value()).isSameAs(b.pipe.server());
      assertThat(client.value()).isSameAs(b.pipe.client());
    }
  }

  /** Whatever the server says at once, be it in one piece with the answer, is still there. */
  @ParameterizedTest
  @MethodSource("scripts")
  void cutAtEveryByteAndFollowedAtOnce(Script script) {
    for (int turn = 0; turn < script.answers().size(); turn++) {
      boolean last = turn == script.answers().size() - 1;
      byte[] answer = script.answers().get(turn);
      byte[] bytes = Arrays.copyOf(answer, answer.length + (last ? AFTER.length : 0));
      System.arraycopy(AFTER, 0, bytes, answer.length, bytes.length - answer.length);
      for (int cut = 0; cut <= bytes.length; cut++) {
        try (Rig b = new Rig()) {
          Result<AsyncStream> client = ask(b, script);
          b.run();
          for (int i = 0; i < script.answers().size(); i++) {
            assertThat(b.receive(b.pipe.server(), 1000)).isEqualTo(script.requests().get(i));
            if (i == turn) {
              b.send(b.pipe.server(), Arrays.copyOf(bytes, cut));
              assertThat(client.isDone()).isEqualTo(last && cut >= answer.length);
              b.send(b.pipe.server(), Arrays.copyOfRange(bytes, cut, bytes.length));
            } else {
              b.send(b.pipe.server(), script.answers().get(i));
            }
          }
          if (!last) {
            b.send(b.pipe.server(), AFTER);
          }
          assertThat(b.receive(client.value(), 100)).as("cut at %s", cut).isEqualTo(AFTER);
        }
      }
    }
  }

  private static void assertEnded(Script script, Result<AsyncStream> client, StreamError expected) {
    if (client.error() instanceof ProxyException known) { // it ended between two answers
      assertThat(known.error()).isEqualTo(ProxyError.NEW_CONNECTION_NEEDED);
      assertThat(known.getCause()).isInstanceOf(StreamException.class);
      assertThat(script.name()).contains("challenged");
    } else {
      client.failed(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void proxyEndsAtEveryByte(Script script) {
    for (int at = 0; at < script.answerBytes(); at++) {
      try (Rig b = new Rig()) {
        b.pipe.client().faults().endAt(Direction.INBOUND, at);
        answer(b, script);
        Result<AsyncStream> client = ask(b, script);
        b.run();
        assertEnded(script, client, StreamError.EOF);
        if (client.error() instanceof StreamException) {
          assertThat(client.error())
              .hasMessageStartingWith(
                  "the proxy ended after " + at + " bytes of its answer for server.example:8443");
        }
        assertThat(b.pipe.client().isOpen()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void resetAtEveryByte(Script script) {
    for (Direction direction : Direction.values()) {
      boolean more = true;
      for (int at = 0; more; at++) {
        try (Rig b = new Rig()) {
          b.pipe.client().faults().resetAt(direction, at);
          answer(b, script);
          Result<AsyncStream> client = ask(b, script);
          b.run();
          more = client.error() != null;
          if (more) {
            assertEnded(script, client, StreamError.RESET);
            assertThat(b.pipe.client().isOpen()).isFalse();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void everyOperationBelowFails(Script script) {
    boolean more = true;
    for (int k = 0; more; k++) {
      try (Rig b = new Rig(7)) {
        IOException trouble = new IOException("planned failure " + k);
        InMemoryStream end = b.pipe.client();
        end.faults().fail(k, trouble);
        answer(b, script);
        Result<AsyncStream> client = ask(b, script);
        b.run();
        more = end.faults().started() > k;
        if (more) {
          assertThat(client.error()).isSameAs(trouble);
          assertThat(end.isOpen()).isFalse();
        } else {
          client.value();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void cancelledAtEveryStep(Script script) {
    for (CancellationType type : CancellationType.values()) {
      boolean more = true;
      for (int steps = 0; more; steps++) {
        try (Rig b = new Rig(16)) {
          answer(b, script);
          Result<AsyncStream> client = ask(b, script);
          for (int i = 0; i < steps && more; i++) {
            more = b.executor.runOne();
          }
          client.cancel(type);
          b.run();
          if (client.error() == null) {
            assertThat(b.pipe.client().isOpen()).isTrue();
          } else {
            assertThat(client.failed(StreamError.ABORTED).cancellation()).isEqualTo(type);
            assertThat(b.pipe.client().isOpen()).isFalse();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void deadlineIsThatOfAllAnswers(Script script) {
    try (Rig b = new Rig()) {
      int bytes = script.answerBytes();
      Result<AsyncStream> client = ask(b, script.within(Duration.ofSeconds(bytes - 1)));
      b.run();
      int sent = 0;
      for (byte[] answer : script.answers()) {
        for (int i = 0; i < answer.length && sent < bytes - 1; i++) {
          assertThat(client.isDone()).isFalse();
          b.send(b.pipe.server(), new byte[] {answer[i]});
          b.advance(Duration.ofSeconds(1));
          sent++;
        }
      }
      assertThat(client.failed(StreamError.TIMEOUT))
          .hasMessageContaining("the proxy sent " + sent + " bytes of its answer")
          .hasMessageContaining("server.example:8443");
      assertThat(b.pipe.client().isOpen()).isFalse();
    }
  }

  @Test
  void thirtySecondsUnlessChosenOtherwise() {
    try (Rig b = new Rig()) {
      Result<AsyncStream> client = ask(b, Script.PLAIN);
      b.advance(Duration.ofMillis(29_999));
      assertThat(client.isDone()).isFalse();
      b.advance(Duration.ofMillis(1));
      client.failed(StreamError.TIMEOUT);
    }
    try (Rig b = new Rig()) {
      Result<AsyncStream> client = ask(b, Script.PLAIN.within(Duration.ZERO));
      b.advance(Duration.ofDays(1));
      assertThat(client.isDone()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void closeBelowEndsIt(Script script) {
    try (Rig b = new Rig()) {
      Result<AsyncStream> client = ask(b, script);
      b.run();
      b.pipe.client().close();
      b.run();
      client.failed(StreamError.ABORTED);
    }
    try (Rig b = new Rig()) {
      b.pipe.client().close();
      Result<AsyncStream> client = ask(b, script);
      b.run();
      client.failed(StreamError.CLOSED);
    }
  }
}

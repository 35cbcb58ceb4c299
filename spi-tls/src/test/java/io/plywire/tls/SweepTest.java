// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short conversation, disturbed at each of its bytes; {@code -Dplywire.tls.everyByte=true} leaves
 * out none with any engine.
 */
class SweepTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  /** Whether to take every byte with every engine, which takes many minutes. */
  private static final boolean EVERY_BYTE = Boolean.getBoolean("plywire.tls.everyByte");

  /** Which engines, and which bytes: all of them where a handshake is cheap. */
  static Stream<Arguments> sweeps() {
    return Stream.of(
        Arguments.of(TestEngine.JDK, TestEngine.TLS13, step(7)),
        Arguments.of(TestEngine.JDK, TestEngine.TLS12, step(13)),
        Arguments.of(TestEngine.CONSCRYPT, TestEngine.TLS13, 1),
        Arguments.of(TestEngine.CONSCRYPT, TestEngine.TLS12, 1),
        Arguments.of(TestEngine.BOUNCYCASTLE, TestEngine.TLS13, step(31)),
        Arguments.of(TestEngine.BOUNCYCASTLE, TestEngine.TLS12, step(31)));
  }

  private static int step(int usual) {
    return EVERY_BYTE ? 1 : usual;
  }

  private static Relay relay(Harness h, Direction ofClient) {
    return ofClient == Direction.OUTBOUND ? h.toServer : h.toClient;
  }

  private static void startRelays(Harness h) {
    h.toServer.start();
    h.toClient.start();
  }

  @ParameterizedTest
  @MethodSource("sweeps")
  void splitAtEveryByte(TestEngine engine, String protocol, int step) {
    for (Direction direction : Direction.values()) {
      boolean more = true;
      for (int at = 0; more; at += step) {
        try (Harness h = Harness.relayed(engine, protocol)) {
          relay(h, direction).pauseAt(at);
          startRelays(h);
          Conversation conversation = new Conversation(h).start();
          h.run();
          more = relay(h, direction).resume();
          h.run();
          conversation.assertPerfect();
        } catch (AssertionError e) {
          throw new AssertionError(direction + " split at " + at, e);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("sweeps")
  void truncatedAtEveryByte(TestEngine engine, String protocol, int step) {
    for (Direction direction : Direction.values()) {
      long passed = 0;
      for (int at = 0; at <= passed; at += step) {
        try (Harness h = Harness.relayed(engine, protocol)) {
          Relay relay = relay(h, direction).endAt(at);
          startRelays(h);
          Conversation conversation = new Conversation(h).start();
          h.run();
          h.executor.advance(LONG);
          passed = relay.passed();
          conversation.assertSane();
          Conversation.Side reader =
              direction == Direction.INBOUND ? conversation.client : conversation.server;
          assertThat(reader.done).as("%s", reader).isTrue();
          IOException end = reader.stream == null ? reader.errors.get(0) : reader.end;
          // A side that has heard everything leaves without waiting for the end.
          assertThat(isA(end, StreamError.TRUNCATED) || reader.heardAll())
              .as("%s", reader)
              .isTrue();
        } catch (AssertionError e) {
          throw new AssertionError(direction + " truncated after " + at, e);
        }
      }
    }
  }

  private static boolean isA(IOException error, StreamError expected) {
    return error instanceof StreamException known && known.error() == expected;
  }

  @ParameterizedTest
  @MethodSource("sweeps")
  void corruptedAtEveryByte(TestEngine engine, String protocol, int step) {
    for (Direction direction : Direction.values()) {
      boolean more = true;
      for (int at = 0; more; at += step) {
        try (Harness h = Harness.relayed(engine, protocol)) {
          Relay relay = relay(h, direction).changeAt(at, 1 << at % 8);
          startRelays(h);
          Conversation conversation = new Conversation(h).start();
          h.run();
          h.executor.advance(LONG);
          more = relay.passed() > at;
          conversation.assertSane();
          if (!conversation.isDone()) {
            // A length became greater, and a side waits for bytes that nobody will send.
            (direction == Direction.INBOUND ? conversation.server : conversation.client)
                .stream.close();
            h.run();
          }
          Conversation.Side reader =
              direction == Direction.INBOUND ? conversation.client : conversation.server;
          assertThat(reader.heardAll() || !reader.endedWith(StreamError.EOF))
              .as("%s", reader)
              .isTrue();
          assertThat(reader.done).as("%s", reader).isTrue();
        } catch (AssertionError e) {
          throw new AssertionError(direction + " corrupted at " + at, e);
        }
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.stream.Role;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compressed messages with one bit turned, cut short, or with garbage behind: each ends as a
 * message or as a failure with the close code that says why, and nothing is left of it. Deflate has
 * no checksum, so a turned bit may well give another message.
 */
class CorruptionTest {
  private static final int LIMIT = 100_000;

  private static final Map<WebSocketError, Integer> CODES =
      new EnumMap<>(
          Map.of(
              WebSocketError.BAD_COMPRESSED_PAYLOAD, 1007,
              WebSocketError.BAD_FRAME_PAYLOAD, 1007,
              WebSocketError.MESSAGE_TOO_BIG, 1009));

  static Stream<Arguments> messages() {
    byte[] noise = new byte[60];
    new Random(7).nextBytes(noise);
    String json = "{\"symbol\":\"PLY\",\"price\":17.25,\"sizes\":[1800,1800,300],\"open\":true}";
    return Stream.of(
        Arguments.of("short text", true, "Hello".getBytes(StandardCharsets.UTF_8), -1),
        Arguments.of("json", true, json.getBytes(StandardCharsets.UTF_8), -1),
        Arguments.of("own trees", true, words().getBytes(StandardCharsets.UTF_8), 9),
        Arguments.of("stored", false, noise, 0),
        Arguments.of("noise", false, noise, -1),
        Arguments.of("zeros", false, new byte[5000], -1),
        Arguments.of("empty", true, new byte[0], -1));
  }

  /** Text for which deflate makes trees of its own. */
  private static String words() {
    Random random = new Random(8);
    StringBuilder words = new StringBuilder();
    while (words.length() < 700) {
      words.append("etaoinshrdlu".charAt(random.nextInt(12))).append(random.nextInt(4));
    }
    return words.toString();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("messages")
  void everyBitTurned(String name, boolean text, byte[] message, int level) {
    byte[] payload = compress(message, level);
    int refused = 0;
    for (int bit = 0; bit < 8 * payload.length; bit++) {
      byte[] turned = payload.clone();
      turned[bit / 8] ^= (byte) (1 << bit % 8);
      refused += receive(text, turned, true, null, name + ", bit " + bit) ? 0 : 1;
      receive(text, turned, false, null, name + ", bit " + bit);
    }
    if (payload.length > 5) {
      assertThat(refused).isPositive();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("messages")
  void everyTruncation(String name, boolean text, byte[] message, int level) {
    byte[] payload = compress(message, level);
    for (int length = 0; length < payload.length; length++) {
      byte[] cut = Arrays.copyOf(payload, length);
      receive(text, cut, true, null, name + ", length " + length);
      // Where the window is not needed any more, the end can be told from a cut. One byte of zeros
      // is an empty message.
      assertThat(receive(text, cut, false, null, name + ", length " + length))
          .as(name + ", a message out of the first " + length + " bytes")
          .isEqualTo(length == 1 && cut[0] == 0);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("messages")
  void garbageBehind(String name, boolean text, byte[] message, int level) {
    byte[] payload = compress(message, level);
    for (int garbage = 0; garbage < 256; garbage++) {
      byte[] longer = Arrays.copyOf(payload, payload.length + 1);
      longer[payload.length] = (byte) garbage;
      receive(text, longer, true, null, name + ", behind it " + garbage);
      receive(text, longer, false, null, name + ", behind it " + garbage);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("messages")
  void whatIsRightArrives(String name, boolean text, byte[] message, int level) {
    assertThat(receive(text, compress(message, level), true, message, name)).isTrue();
    assertThat(receive(text, compress(message, level), false, message, name)).isTrue();
  }

  private static byte[] compress(byte[] message, int level) {
    try (Deflated peer = new Deflated(level)) {
      return peer.payload(message);
    }
  }

  /** Returns whether a message came out of it. */
  private static boolean receive(
      boolean text, byte[] payload, boolean takeover, byte[] expected, String what) {
    try (Opened o =
        new Opened(
            Role.CLIENT,
            h -> h.deflating().withReadMessageMax(LIMIT),
            InMemoryPipe.DEFAULT_WINDOW_BYTES,
            "Sec-WebSocket-Extensions: permessage-deflate"
                + (takeover ? "" : "; server_no_context_takeover"))) {
      MessageBuffer memory = new MessageBuffer(16);
      Recorded<Long> read = Reads.whole(o.h, o.stream, memory);
      o.receive(new Frame(true, 4, text ? 1 : 2, false, payload));
      o.peer.send(Frame.close());
      o.peer.stop();
      o.h.run();
      assertThat(read.isDone()).as(what).isTrue();
      assertThat(memory.size()).isLessThanOrEqualTo(LIMIT);
      if (read.error() == null) {
        if (expected != null) {
          byte[] got = new byte[memory.size()];
          memory.data().get(got);
          assertThat(got).as(what).isEqualTo(expected);
        }
        return true;
      }
      assertThat(read.error()).as(what).isInstanceOf(WebSocketException.class);
      WebSocketError error = ((WebSocketException) read.error()).error();
      assertThat(CODES).as(what).containsKey(error);
      assertThat(o.sentCloseCode()).as(what).isEqualTo(CODES.get(error));
      return false;
    }
  }
}

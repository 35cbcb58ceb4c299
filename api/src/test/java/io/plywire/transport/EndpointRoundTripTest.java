// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every endpoint, whatever its parts, is written as a URI that is one, and comes back from it. */
class EndpointRoundTripTest {
  private static final int ROUNDS = 5_000;
  private static final long SEED =
      Long.getLong("plywire.seed", 0x5EED_0018L); // accepts a failure's seed back

  /** What tends to break writers and parsers of URIs. */
  private static final List<String> PIECES =
      List.of(
          "a",
          "Z",
          "0",
          "25",
          ":",
          "::",
          "/",
          "//",
          "?",
          "#",
          "%",
          "%25",
          "%3A",
          "%zz",
          "[",
          "]",
          "@",
          "&",
          "=",
          "+",
          ",",
          ";",
          " ",
          "\\",
          "\"",
          "{",
          "|",
          "~",
          "_",
          "-",
          ".",
          "\t",
          "\n",
          "\u007f",
          "\u0080",
          "\u00fc",
          "\u65e5",
          "\ud83d\ude00",
          "\u00ad",
          "\uff0f",
          "\u05d0");

  private static final List<String> IN_TARGETS =
      List.of(
          "a",
          "Z",
          "0",
          ":",
          "/",
          "//",
          "?",
          "%25",
          "%3A",
          "%2f",
          "@",
          "&",
          "=",
          "+",
          ",",
          ";",
          "[",
          "]",
          "~",
          "_",
          "-",
          ".",
          "..",
          "\u00fc",
          "\u65e5",
          "\ud83d\ude00",
          "\u00ad");

  private static final List<String> HOSTS =
      List.of(
          "localhost",
          "my_host",
          "b\u00fccher.example",
          "EXAMPLE.com.",
          "127.0.0.1",
          "::1",
          "fe80::1%eth0",
          "fe80::1%25",
          "fe80::1%25lo",
          "::ffff:1.2.3.4",
          "\u65e5\u672c.jp",
          "7f3a9c",
          "::%\u00fc",
          "a-b--c");

  /** Without a zone. */
  private static final String HOST = "([A-Za-z0-9._-]+|\\[[0-9a-f:.]+\\])(:[0-9]+)?";

  @ParameterizedTest
  @ValueSource(strings = {"ws", "ws+unix", "ws+memory", "ws+other"})
  void everyEndpointComesBack(String transport) {
    Random random = new Random(SEED);
    for (int i = 0; i < ROUNDS; i++) {
      Endpoint endpoint = endpoint(random, transport);
      String uri = endpoint.toString();
      String how = "round %d of seed 0x%X: %s".formatted(i, SEED, uri);
      assertThat(Endpoint.parse(uri)).as(how).isEqualTo(endpoint);
      assertThat(uri.chars()).as(how).allMatch(c -> c > ' ' && c < 0x7F);
      assertThat(endpoint.hostField())
          .as(how)
          .matches(transport.equals("ws") ? HOST : "([^/@,:?#]+|\\[[^]%]+\\])(:[0-9]+)?");
      if (transport.equals("ws+unix")
          && endpoint.target().matches("[^\\[\\]]*")) { // as the JDK has it
        assertThat(Endpoint.of(URI.create(uri))).as(how).isEqualTo(endpoint);
      }
    }
  }

  private static Endpoint endpoint(Random random, String transport) {
    boolean secure = random.nextBoolean();
    String target = "/" + some(random, IN_TARGETS, 0);
    return switch (transport) {
      case "ws" -> new Endpoint(transport, secure, pick(random, HOSTS), port(random, 0), target);
      case "ws+unix" -> new Endpoint(transport, secure, "/" + some(random, PIECES, 1), -1, target);
      default -> new Endpoint(transport, secure, some(random, PIECES, 1), port(random, -1), target);
    };
  }

  private static int port(Random random, int least) {
    return random.nextInt(65536 - least) + least;
  }

  private static String pick(Random random, List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static String some(Random random, List<String> of, int least) {
    StringBuilder text = new StringBuilder();
    for (int left = least + random.nextInt(6); left > 0; left--) {
      text.append(pick(random, of));
    }
    return text.toString();
  }
}

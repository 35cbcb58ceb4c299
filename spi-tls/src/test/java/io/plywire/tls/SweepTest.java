// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short conversation of every pair of engines, disturbed at its bytes.
 *
 * <p>A build takes every byte for splits, several to a conversation, and every {@value #STRIDE}th
 * for what ends a conversation, beginning with another one for each cell, each JDK and each {@code
 * -Dplywire.tls.sweep=number}; {@value #STRIDE} numbers in a row cover every byte of every cell.
 * With {@code -Dplywire.tls.everyByte=true} no byte is left out, and each has a conversation of its
 * own, which takes many minutes.
 */
class SweepTest extends TlsTestBase {
  private static final String HEADING = "## Disturbed at every byte";
  private static final int STRIDE = 11;
  private static final int PIECE = 64;

  private static final boolean EVERY_BYTE = Boolean.getBoolean("plywire.tls.everyByte");
  private static final long NUMBER =
      Long.getLong("plywire.tls.sweep", 0L) + Runtime.version().feature();

  /** Every cell, and the byte to begin with. */
  static Stream<Arguments> sweeps() {
    List<Object> cells = pairs().map(arguments -> arguments.get()[0]).toList();
    return IntStream.range(0, cells.size())
        .mapToObj(
            i -> Arguments.of(cells.get(i), EVERY_BYTE ? 0 : Math.floorMod(NUMBER + i, STRIDE)));
  }

  /** Something that is done at one byte. */
  @FunctionalInterface
  private interface AtByte {
    /** Returns whether there may be a byte after this one. */
    boolean disturb(Swept.Parties parties, Direction direction, int at);
  }

  private static void sweep(Cell cell, int first, int step, int most, AtByte disturbance) {
    Swept.Parties parties = new Swept.Parties(cell);
    for (Direction direction : Direction.values()) {
      boolean more = true;
      for (int at = first; more && at < most; at += step) {
        try {
          more = disturbance.disturb(parties, direction, at);
        } catch (AssertionError | RuntimeException e) {
          throw new AssertionError(
              cell + ": " + direction + " at byte " + at + ", sweep number " + NUMBER, e);
        }
      }
    }
  }

  private static void sweep(Cell cell, int first, AtByte disturbance) {
    sweep(cell, first, EVERY_BYTE ? 1 : STRIDE, Integer.MAX_VALUE, disturbance);
  }

  @ParameterizedTest(name = "{0}, from byte {1}")
  @MethodSource("sweeps")
  void split(Cell cell, int first) {
    if (EVERY_BYTE) {
      sweep(
          cell,
          first,
          (parties, direction, at) -> {
            try (Swept swept = new Swept(parties, direction, at, relay -> relay.pauseAt(at))) {
              boolean more = swept.resume();
              swept.assertPerfect();
              return more;
            }
          });
    }
    sweep(
        cell,
        0,
        1,
        PIECE,
        (parties, direction, at) -> {
          try (Swept swept = new Swept(parties, direction, at, r -> r.pauseAt(at, PIECE))) {
            int pauses = 0;
            while (swept.resume()) {
              pauses++;
            }
            swept.assertPerfect();
            assertThat(pauses).as("pauses").isGreaterThan(4);
            return true;
          }
        });
  }

  @ParameterizedTest(name = "{0}, from byte {1}")
  @MethodSource("sweeps")
  void truncated(Cell cell, int first) {
    sweep(
        cell,
        first,
        (parties, direction, at) -> {
          try (Swept swept = new Swept(parties, direction, at, relay -> relay.endAt(at))) {
            swept.outlast().assertTruncated();
            return swept.passed() == at;
          }
        });
  }

  @ParameterizedTest(name = "{0}, from byte {1}")
  @MethodSource("sweeps")
  void corrupted(Cell cell, int first) {
    sweep(
        cell,
        first,
        (parties, direction, at) -> {
          try (Swept swept =
              new Swept(parties, direction, at, relay -> relay.changeAt(at, 1 << at % 8))) {
            swept.outlast();
            boolean more = swept.passed() > at;
            swept.assertCorrupted();
            return more;
          }
        });
  }

  @Test
  void theDocumentTellsWhatIsSwept() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    Path document =
        (Files.isDirectory(root.resolve("docs")) ? root : root.getParent())
            .resolve("docs/tls-matrix.md");
    String all = Files.readString(document);
    int at = all.indexOf(HEADING);
    String before = at < 0 ? all + "\n" : all.substring(0, at);
    if (Boolean.getBoolean("plywire.docs.update")) {
      Files.writeString(document, before + section());
    }
    assertThat(document)
        .as("write it with -Dplywire.docs.update=true")
        .hasContent(before + section());
  }

  private static String section() {
    String stride = "every %dth, another one for each build".formatted(STRIDE);
    String splits = "every byte, and every %dth after it".formatted(PIECE);
    return """
        %s

        Written by `SweepTest`: a handshake, a question, an answer and both goodbyes over memory, without resumption, with each
        engine as client and as server in TLS 1.3 and 1.2. What the client sends and what it receives is disturbed in turn:
        %d sweeps each.

        | case | what | bytes in a build | with `-Dplywire.tls.everyByte=true` | sweeps that cannot |
        |---|---|---|---|---|
        | SPLIT | the bytes before it arrive alone, and nothing is lost | %s | every byte, in a conversation of its own | 0 |
        | TRUNCATED | the stream ends after it, and the end is told from a goodbye | %s | every byte | 0 |
        | CORRUPTED | a bit of it is turned, and nobody hears what was not said | %s | every byte | 0 |
        """
        .formatted(HEADING, pairs().count() * Direction.values().length, splits, stride, stride);
  }
}

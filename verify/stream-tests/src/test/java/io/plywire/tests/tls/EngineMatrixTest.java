// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.tests.Repository;
import io.plywire.tls.TlsEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every engine as client with every engine as server, in TLS 1.3 and 1.2, over sockets and over
 * memory. What the engines of a cell cannot do is tried all the same, so that the list of it stays
 * true; the list stands in {@code docs/tls-matrix.md}.
 */
@Timeout(300)
class EngineMatrixTest {
  /** Where the part of {@code SweepTest} begins. */
  private static final String NEXT_PART = "## Disturbed at every byte";

  private static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (TlsEngine client : TlsEngine.all()) {
      for (TlsEngine server : TlsEngine.all()) {
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
          for (Cell.Base base : Cell.Base.values()) {
            cells.add(new Cell(client, server, protocol, base));
          }
        }
      }
    }
    return cells;
  }

  @ParameterizedTest
  @EnumSource(Case.class)
  void everyCell(Case tried) throws IOException {
    for (Cell.Base base : Cell.Base.values()) {
      try (Cell.Ground ground = new Cell.Ground(base)) {
        for (Cell cell : cells()) {
          if (cell.base() == base) {
            play(tried, cell, ground);
          }
        }
      }
    }
  }

  private static void play(Case tried, Cell cell, Cell.Ground ground) {
    String reason = tried.cannot(cell);
    if (reason != null) {
      assertThatThrownBy(() -> tried.play(cell, ground))
          .as("%s works in %s, though '%s'", tried, cell, reason)
          .isNotNull();
      return;
    }
    try {
      tried.play(cell, ground);
    } catch (Throwable e) {
      throw new AssertionError(tried + ", " + cell + ": " + e.getMessage(), e);
    }
  }

  @Test
  void theDocumentTellsWhatIsTriedAndWhatCannotBe() throws IOException {
    Path document = Repository.root().resolve("docs/tls-matrix.md");
    String all = Files.readString(document);
    int next = all.indexOf(NEXT_PART);
    assertThat(next).as("where '%s' stands", NEXT_PART).isPositive();
    String expected = document() + "\n" + all.substring(next);
    if (Boolean.getBoolean("plywire.docs.update")) {
      Files.writeString(document, expected);
    }
    assertThat(document).as("write it with -Dplywire.docs.update=true").hasContent(expected);
  }

  private static String document() {
    StringBuilder text = new StringBuilder();
    text.append("# What every pair of TLS engines does\n\n")
        .append("Written by `EngineMatrixTest`, which tries each of these with ")
        .append(String.join(", ", TlsEngine.all().stream().map(TlsEngine::name).toList()))
        .append(" as client and as server,\nin TLS 1.3 and 1.2, over NIO and over memory: ")
        .append(cells().size())
        .append(" cells each.\n\n| case | what | cells that cannot |\n|---|---|---|\n");
    Set<String> exceptions = new TreeSet<>();
    for (Case tried : Case.values()) {
      int cannot = 0;
      for (Cell cell : cells()) {
        String reason = tried.cannot(cell);
        if (reason != null) {
          cannot++;
          exceptions.add(
              "| %s | %s | %s | %s | %s |"
                  .formatted(
                      tried, cell.client().name(), cell.server().name(), cell.protocol(), reason));
        }
      }
      text.append("| %s | %s | %d |\n".formatted(tried, tried.what, cannot));
    }
    text.append("\n## What cannot be\n\n")
        .append(
            "It is tried all the same; should it work one day, the test fails and this goes.\n\n")
        .append("| case | client | server | version | why |\n|---|---|---|---|---|\n");
    exceptions.forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.plywire.bench.echo.load.LoadResult;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final Jdk JDK = new Jdk(Path.of("jdk"), 17, "17.0.1");
  private static final Cell SMALL = new Cell(64, 1, 16);
  private static final Cell LARGE = new Cell(64, 1, 64 << 10);

  @TempDir Path temp;
  private final List<Sample> samples = new ArrayList<>();

  private static Subject row(ServerKind kind) {
    return new Subject(kind, JDK, Security.NONE, 1);
  }

  private void add(Subject row, Cell cell, double... cpuMicros) {
    for (int i = 0; i < cpuMicros.length; i++) {
      LoadResult result = new LoadResult(1000, 2, cpuMicros[i], 0, 10, 20, 30);
      samples.add(Sample.of(row, cell, i + 1, result));
    }
  }

  private String report() throws IOException {
    return new Report(samples).write(temp.resolve("new/folder"), "results", List.of("so <it> was"));
  }

  @Test
  void tablesBeginWithRatiosTakenWithinEachRound() throws Exception {
    add(row(ServerKind.PLYWIRE), SMALL, 10, 30, 8);
    add(row(ServerKind.FLOOR_NIO), SMALL, 5, 30, 2);
    add(row(ServerKind.PLYWIRE), LARGE, 1234.4);

    String tables = report();

    // The ratio of the means would be 1.3.
    assertThat(tables)
        .contains(
            "- so <it> was\n",
            """
            | server (JDK) | 64x1x16B | 64x1x64KiB |
            |---|---:|---:|
            | plywire (17) | 2.00 | – |
            | floor-nio (17) | 1.00 | – |
            """,
            """
            | plywire (17) | 10.0 | 1,234 |
            """,
            """
            | plywire (17) | 2.00 | – | 10.0 (8.00 to 30.0) | 500 | 10.0 | 20.0 | 30.0 |
            """,
            """
            | plywire (17) | – | – | 1,234 (1,234 to 1,234) | 500 | 10.0 | 20.0 | 30.0 |
            """)
        .doesNotContain("Several loops");
    assertThat(temp.resolve("new/folder/results.md")).hasContent(tables);
  }

  @Test
  void medianOfTwoIsBetweenThem() throws Exception {
    add(row(ServerKind.PLYWIRE), SMALL, 4, 1, 8, 2);

    assertThat(report()).contains("| plywire (17) | – | – | 3.00 (1.00 to 8.00) |");
  }

  @Test
  void roundsInWhichTheFloorIsMissingDoNotCount() throws Exception {
    add(row(ServerKind.PLYWIRE), SMALL, 10, 30, 8);
    add(row(ServerKind.FLOOR_NIO), SMALL, 4, 4, 4);
    samples.removeIf(each -> each.subject().equals(row(ServerKind.FLOOR_NIO)) && each.round() != 3);

    assertThat(report()).contains("| plywire (17) | 2.00 |");
  }

  @Test
  void floorHasTheSameJdkAndTheSameTls() {
    Jdk jdk = new Jdk(Path.of("other"), 25, "25.0.1");
    Subject secure = new Subject(ServerKind.PLYWIRE, jdk, Security.CONSCRYPT, 1);
    Subject netty = new Subject(ServerKind.NETTY_EPOLL, jdk, Security.TCNATIVE, 1);
    Subject beast = new Subject(ServerKind.BEAST, jdk, Security.OPENSSL, 1);

    assertThat(secure.floorIn(SMALL)).hasToString("floor-nio + conscrypt (25)");
    assertThat(netty.floorIn(SMALL)).isEqualTo(secure.floorIn(SMALL));
    assertThat(beast.floorIn(LARGE)).hasToString("floor-ws-nio + conscrypt (25)");
    assertThat(beast).hasToString("beast + openssl (no JVM)");
    assertThat(row(ServerKind.PLYWIRE).floorIn(LARGE)).hasToString("floor-ws-nio (17)");
  }

  @Test
  void severalLoopsAreComparedWithOne() throws Exception {
    add(row(ServerKind.PLYWIRE), SMALL, 10);
    Subject two = new Subject(ServerKind.PLYWIRE, JDK, Security.NONE, 2);
    samples.add(Sample.of(two, SMALL, 1, new LoadResult(1800, 2, 8, 0, 10, 20, 30)));

    assertThat(report())
        .contains(
            """
            |---|---:|
            | plywire, 2 loops (17) | 0.80 (1.80 messages/s) |
            """);
  }

  @Test
  void thisCodeIsComparedWithAnotherCheckout() throws Exception {
    add(row(ServerKind.PLYWIRE), SMALL, 9, 8);
    add(
        new Subject(ServerKind.PLYWIRE, JDK, Security.NONE, 1, Path.of("some", "former")),
        SMALL,
        10,
        10);

    assertThat(report())
        .contains(
            "as a multiple of that of the other checkout", "| plywire of former (17) | 0.85 |");
  }

  @Test
  void connectionsAreComparedInOneTable() throws Exception {
    add(row(ServerKind.PLYWIRE), Cell.comingAndGoing(64), 60, 90);
    add(row(ServerKind.FLOOR_NIO), Cell.comingAndGoing(64), 40, 30);

    assertThat(report())
        .contains(
            "# Connections accepted",
            "| plywire (17) | 2.25 | – | 75.0 (60.0 to 90.0) | 500 | 10.0 | 20.0 | 30.0 |\n")
        .doesNotContain("for each message");
  }

  @Test
  void memoryIsThatBeyondTheFloorOfTheSameRound() throws Exception {
    Cell cell = Cell.silent(10_000);
    samples.add(Sample.ofMemory(row(ServerKind.PLYWIRE), cell, 1, 2000, 100, 0));
    samples.add(Sample.ofMemory(row(ServerKind.FLOOR_NIO), cell, 1, 600, 100, 0));
    samples.add(Sample.ofMemory(row(ServerKind.PLYWIRE), cell, 2, 2200, 100, 50));
    samples.add(Sample.ofMemory(row(ServerKind.FLOOR_NIO), cell, 2, 600, 300, 0));
    samples.add(Sample.ofMemory(row(ServerKind.JETTY), cell, 3, 5000, 0, 0));

    assertThat(report())
        .contains(
            "# Idle connections",
            "## 10,000 idle",
            "| plywire (17) | 1,400 | 2,200 (2,100 to 2,300) | 2,100 | 100 | 25.0 |\n",
            "| floor-nio (17) | 0.00 | 800 (700 to 900) | 600 | 200 | 0.00 |\n",
            "| jetty (17) | – | 5,000 (5,000 to 5,000) | 5,000 | 0.00 | 0.00 |\n");
  }

  @Test
  void jsonHasEverySample() throws Exception {
    add(row(ServerKind.PLYWIRE), SMALL, 8, 7);
    report();

    Path file = temp.resolve("new/folder/results.json");
    JsonArray all =
        JsonParser.parseString(Files.readString(file)).getAsJsonObject().getAsJsonArray("samples");
    JsonObject second = all.get(1).getAsJsonObject();
    assertThat(all).hasSize(2);
    assertThat(second.get("subject").getAsString()).isEqualTo("plywire (17)");
    assertThat(second.get("cell").getAsString()).isEqualTo("64x1x16B");
    assertThat(second.get("round").getAsInt()).isEqualTo(2);
    assertThat(second.getAsJsonObject("values").get(Sample.CPU).getAsDouble()).isEqualTo(7);
  }
}

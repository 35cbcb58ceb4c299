// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import static io.plywire.bench.echo.report.ResultsTest.LARGE;
import static io.plywire.bench.echo.report.ResultsTest.SMALL;
import static io.plywire.bench.echo.report.ResultsTest.row;
import static io.plywire.bench.echo.report.ResultsTest.sample;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.plywire.bench.echo.load.LoadResult;
import io.plywire.bench.echo.wire.Security;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ReportFolderTest {
  @TempDir Path temp;
  private Path folder;
  private String tables;

  @BeforeEach
  void write() throws Exception {
    folder = temp.resolve("new/folder");
    Results results =
        new Results(
            List.of(
                sample(row("plywire"), SMALL, 1, 8),
                sample(row("floor-nio"), SMALL, 1, 5),
                sample(row("plywire"), SMALL, 2, 7),
                sample(row("floor-nio"), SMALL, 2, 5),
                sample(row("plywire"), LARGE, 1, 1234.4)));
    tables = ReportFolder.write(folder, results, List.of("how it was <done>"));
  }

  @Test
  void tablesBeginWithRatios() throws Exception {
    assertThat(folder.resolve("results.md")).hasContent(tables);
    assertThat(tables)
        .contains(
            "- how it was <done>\n",
            """
            | server (JDK) | 64x1x16B | 64x1x64KiB |
            |---|---:|---:|
            | plywire (17) | 1.50 | – |
            | floor-nio (17) | 1.00 | – |
            """,
            """
            | plywire (17) | 1.50 | – | 7.50 (7.00 to 8.00) | 500 | 10.0 | 20.0 | 30.0 |
            """,
            """
            | plywire (17) | – | – | 1,234 (1,234 to 1,234) | 500 | 10.0 | 20.0 | 30.0 |
            """);
  }

  @Test
  void jsonHasSamplesAndSummary() throws Exception {
    JsonObject json =
        JsonParser.parseString(Files.readString(folder.resolve("results.json"))).getAsJsonObject();

    assertThat(json.getAsJsonArray("samples")).hasSize(5);
    JsonObject summary = json.getAsJsonArray("summary").get(0).getAsJsonObject();
    assertThat(summary.get("server").getAsString()).isEqualTo("plywire");
    assertThat(summary.get("cell").getAsString()).isEqualTo("64x1x16B");
    assertThat(summary.getAsJsonObject("timesFloor").get("median").getAsDouble()).isEqualTo(1.5);
    assertThat(summary.has("timesFloorWsNio")).isFalse();
  }

  @Test
  void plotHasALineForEachRatio() throws Exception {
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(folder.resolve("ratios.svg").toFile());

    assertThat(svg.getDocumentElement().getTagName()).isEqualTo("svg");
    assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(2);
    assertThat(svg.getDocumentElement().getTextContent())
        .contains("64 connections", "plywire (17)", "1.50", "times floor-nio");
  }

  @Test
  void runWithoutRatiosIsDrawn() throws Exception {
    String svg = Plot.of(new Results(List.of(sample(row("plywire"), LARGE, 1, 1))));

    assertThat(svg).startsWith("<svg").doesNotContain("NaN", "circle");
  }

  @Test
  void severalLoopsAreComparedWithOne() {
    Row two = new Row("plywire", 17, Security.NONE, 2);
    LoadResult faster = new LoadResult(1800, 2, 8, "task/*/schedstat", 10, 20, 30, 40);
    Results results =
        new Results(
            List.of(sample(row("plywire"), SMALL, 1, 10), new Sample(two, SMALL, 1, faster)));

    assertThat(Markdown.of(results, List.of()))
        .contains(
            """
            |---|---:|
            | plywire, 2 loops (17) | 0.80 (1.80 messages/s) |
            """);
    assertThat(tables).doesNotContain("Several loops");
  }
}

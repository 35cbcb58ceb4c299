// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import static io.plywire.bench.echo.report.ResultsTest.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleReportTest {
  @TempDir Path temp;

  @Test
  void tellsWhatIsBeyondTheFloorOfTheSameRound() throws Exception {
    IdleReport report =
        new IdleReport(
            List.of(
                new IdleSample(row("plywire"), 1, 2000, 0, 100),
                new IdleSample(row("floor-nio"), 1, 600, 0, 100),
                new IdleSample(row("plywire"), 2, 2200, 50, 100),
                new IdleSample(row("floor-nio"), 2, 600, 0, 300),
                new IdleSample(row("jetty"), 3, 5000, 0, 0)));

    assertThat(report.beyond(row("plywire"))).contains(new Spread(1400, 1400, 1400));
    assertThat(report.beyond(row("jetty"))).isEmpty();
    assertThat(report.write(temp, List.of("so")))
        .contains(
            "- so\n",
            "| plywire (17) | 1,400 | 2,200 (2,100 to 2,300) | 2,100 | 100 | 25 |\n",
            "| floor-nio (17) | 0 | 800 (700 to 900) | 600 | 200 | 0 |\n",
            "| jetty (17) | – | 5,000 (5,000 to 5,000) | 5,000 | 0 | 0 |\n");
    assertThat(temp.resolve("idle.md")).isNotEmptyFile();
    assertThat(temp.resolve("idle.json")).content().contains("\"outside\": 300.0");
  }
}

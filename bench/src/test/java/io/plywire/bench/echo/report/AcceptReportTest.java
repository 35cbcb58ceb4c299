// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import static io.plywire.bench.echo.report.ResultsTest.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.bench.echo.load.LoadResult;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceptReportTest {
  @TempDir Path temp;

  private static AcceptSample sample(String server, int round, double cpuMicros) {
    return new AcceptSample(
        row(server),
        round,
        new LoadResult(6000, 2, cpuMicros, "task/*/schedstat", 900, 1200, 1300, 1400));
  }

  @Test
  void comparesWithTheFloorOfTheSameRound() throws Exception {
    AcceptReport report =
        new AcceptReport(
            List.of(
                sample("plywire", 1, 60),
                sample("floor-nio", 1, 40),
                sample("plywire", 2, 90),
                sample("floor-nio", 2, 30),
                sample("beast", 3, 50)));

    assertThat(report.ratio(row("plywire"))).contains(new Spread(1.5, 2.25, 3));
    assertThat(report.ratio(row("beast"))).isEmpty();
    assertThat(report.write(temp, List.of("so")))
        .contains(
            "- so\n",
            "| plywire (17) | 2.25 | 75.0 (60.0 to 90.0) | 3,000 | 900 | 1,200 |\n",
            "| floor-nio (17) | 1.00 | 35.0 (30.0 to 40.0) | 3,000 | 900 | 1,200 |\n",
            "| beast (C++) | – | 50.0 (50.0 to 50.0) | 3,000 | 900 | 1,200 |\n");
    assertThat(temp.resolve("accept.md")).isNotEmptyFile();
    assertThat(temp.resolve("accept.json")).content().contains("\"cpuMicros\": 90.0");
  }
}

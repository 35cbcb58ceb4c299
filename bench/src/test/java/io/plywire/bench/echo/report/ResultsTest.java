// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.load.LoadResult;
import io.plywire.bench.echo.wire.Security;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
  static final Cell SMALL = new Cell(64, 1, 16);
  static final Cell LARGE = new Cell(64, 1, 64 << 10);

  private final List<Sample> samples = new ArrayList<>();

  static Row row(String server) {
    return new Row(server, 17, Security.NONE, 1);
  }

  static Sample sample(Row row, Cell cell, int round, double cpuMicros) {
    return new Sample(
        row, cell, round, new LoadResult(1000, 2, cpuMicros, "task/*/schedstat", 10, 20, 30, 40));
  }

  private void add(Row row, Cell cell, double... cpuMicros) {
    for (int i = 0; i < cpuMicros.length; i++) {
      samples.add(sample(row, cell, i + 1, cpuMicros[i]));
    }
  }

  @Test
  void medianIsTheMiddleOrBetweenTheTwoThere() {
    assertThat(Spread.of(List.of(3.0, 1.0, 8.0))).isEqualTo(new Spread(1, 3, 8));
    assertThat(Spread.of(List.of(4.0, 1.0, 8.0, 2.0))).isEqualTo(new Spread(1, 3, 8));
    assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7));
    assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ratiosAreTakenWithinEachRound() {
    add(row("plywire"), SMALL, 10, 30, 8);
    add(row("floor-nio"), SMALL, 5, 30, 2);
    Results results = new Results(samples);

    // The ratio of the medians would be 2, too; that of the means 1.3.
    assertThat(results.ratioToFloor(row("plywire"), SMALL)).contains(new Spread(1, 2, 4));
    assertThat(results.spread(row("plywire"), SMALL, LoadResult::cpuMicros))
        .contains(new Spread(8, 10, 30));
  }

  @Test
  void roundsInWhichTheFloorIsMissingDoNotCount() {
    add(row("plywire"), SMALL, 10, 30, 8);
    samples.add(sample(row("floor-nio"), SMALL, 3, 4));
    Results results = new Results(samples);

    assertThat(results.ratioToFloor(row("plywire"), SMALL)).contains(new Spread(2, 2, 2));
    assertThat(results.ratioToFloor(row("plywire"), LARGE)).isEmpty();
    assertThat(results.spread(row("plywire"), LARGE, LoadResult::p50)).isEmpty();
  }

  @Test
  void floorHasTheSameJdkAndTheSameTls() {
    Row secure = new Row("plywire", 25, Security.CONSCRYPT, 1);
    Row netty = new Row("netty-epoll", 25, Security.TCNATIVE, 1);
    Row floor = new Row("floor-nio", 25, Security.CONSCRYPT, 1);

    assertThat(secure.floorIn(SMALL)).isEqualTo(floor);
    assertThat(netty.floorIn(SMALL)).isEqualTo(floor);
    assertThat(secure.floorIn(LARGE)).isEqualTo(new Row("floor-ws-nio", 25, Security.CONSCRYPT, 1));
    assertThat(row("plywire").floorIn(SMALL)).isEqualTo(row("floor-nio"));
    assertThat(row("plywire").floorIn(LARGE)).isEqualTo(row("floor-ws-nio"));
  }

  @Test
  void serverWithoutJdkIsComparedWithTheNearestFloor() {
    Row beast = new Row("beast", 17, Security.OPENSSL, 1);

    assertThat(beast).hasToString("beast + openssl (C++)");
    assertThat(beast.floorIn(SMALL)).hasToString("floor-nio + conscrypt (17)");
  }

  @Test
  void rowsAndCellsKeepTheirOrder() {
    add(row("b"), LARGE, 1);
    add(row("a"), SMALL, 1);
    add(row("b"), SMALL, 1);
    Results results = new Results(samples);

    assertThat(results.rows()).containsExactly(row("b"), row("a"));
    assertThat(results.cells()).containsExactly(LARGE, SMALL);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say which messages go to and fro. */
final class TrafficOptions {
  private static final List<Cell> QUICK =
      List.of(new Cell(64, 1, 16), new Cell(64, 16, 16), new Cell(64, 1, 64 << 10));
  private static final List<Cell> SCALE =
      List.of(
          new Cell(1, 1, 16),
          new Cell(64, 1, 16),
          new Cell(64, 1, 16, 100 - 64),
          new Cell(64, 1, 16, 1_000 - 64),
          new Cell(64, 1, 16, 10_000 - 64));
  private static final List<Cell> LOOPS = List.of(new Cell(64, 1, 16), new Cell(64, 16, 16));

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--cell",
      paramLabel = "CELL",
      split = ",",
      converter = Converters.CellConverter.class,
      description =
          "Measure this traffic, connections x in flight x size, such as 64x1x16B; 64x1x16B+936 has"
              + " 936 idle connections besides. Repeatable.")
  private List<Cell> cells = new ArrayList<>();

  @Option(
      names = "--connections",
      paramLabel = "N",
      split = ",",
      description = "Connections of the matrix; 1,64 if absent. From 1 MiB on 8 stand for more.")
  private List<Integer> connections = new ArrayList<>();

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      split = ",",
      converter = Converters.SizeConverter.class,
      description = "Sizes of messages of the matrix; 16B,1KiB,64KiB,1MiB if absent.")
  private List<Integer> sizes = new ArrayList<>();

  @Option(
      names = "--in-flight",
      paramLabel = "N",
      split = ",",
      description = "Messages under way on each connection in the matrix; 1,16 if absent.")
  private List<Integer> inFlight = new ArrayList<>();

  @Option(
      names = "--scale",
      description =
          "Measure few active connections among many idle ones instead, 1 to 10,000 open; plywire"
              + " and floor-nio if no server is named.")
  private boolean scale;

  /** Returns whether few among many are measured. */
  boolean isScale() {
    return scale;
  }

  /**
   * Refuses every one of these options.
   *
   * @param why there can be none
   */
  void refuse(String why) {
    if (scale || !cells.isEmpty() || hasMatrix()) {
      throw wrong(
          why + "; --scale, --cell, --connections, --size and --in-flight do not go with it");
    }
  }

  /**
   * Returns what to measure.
   *
   * @param quick whether a part suffices
   * @param loops whether it is for the comparison of several loops
   */
  List<Cell> cells(boolean quick, boolean loops) {
    if (!cells.isEmpty() || scale) {
      if (hasMatrix() || (scale && !cells.isEmpty())) {
        throw wrong(
            (scale ? "--scale" : "--cell")
                + " says all; --connections, --size and --in-flight do not go with it");
      }
      return scale ? SCALE : List.copyOf(new LinkedHashSet<>(cells));
    }
    if (!hasMatrix() && (quick || loops)) {
      return quick ? QUICK : LOOPS;
    }
    try {
      return Cell.matrix(
          connections.isEmpty() ? List.of(1, 64) : connections,
          sizes.isEmpty() ? List.of(16, 1 << 10, 64 << 10, 1 << 20) : sizes,
          inFlight.isEmpty() ? List.of(1, 16) : inFlight);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage());
    }
  }

  private boolean hasMatrix() {
    return !connections.isEmpty() || !sizes.isEmpty() || !inFlight.isEmpty();
  }

  private ParameterException wrong(@Nullable String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say how long to measure. */
final class EffortOptions {
  private static final int MAX_SECONDS = 3600;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often to measure everything; 5, or 1 with --quick, if absent.")
  private @Nullable Integer rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description = "Time before each measurement at least; ${DEFAULT-VALUE} if absent.")
  private double warmUp;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "Time of each measurement; ${DEFAULT-VALUE} if absent.")
  private double seconds;

  /** Returns how often to measure everything, given how often if nothing is said. */
  int rounds(int otherwise) {
    int times = rounds == null ? otherwise : rounds;
    if (times < 1) {
      throw wrong("--rounds " + times + " is less than 1");
    }
    return times;
  }

  /** Returns all of it, given how many rounds if nothing is said. */
  Effort effort(int otherwise) {
    int times = rounds(otherwise);
    if (!(warmUp >= 0 && warmUp <= MAX_SECONDS)) {
      throw wrong("--warm-up " + warmUp + " is not 0 to " + MAX_SECONDS);
    }
    if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
      throw wrong("--seconds " + seconds + " is not above 0 and up to " + MAX_SECONDS);
    }
    return new Effort(times, warmUp, seconds);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}

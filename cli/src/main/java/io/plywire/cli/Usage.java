// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.transport.Endpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Makes values of what the user typed, or says what is wrong with it. */
final class Usage {
  private Usage() {}

  /**
   * Returns the endpoint of a URL.
   *
   * @throws ParameterException if it is none
   */
  static Endpoint endpoint(CommandSpec spec, String url) {
    try {
      return Endpoint.parse(url);
    } catch (IllegalArgumentException e) {
      String words = OneLine.of(e).replace("is not a WebSocket URI:", "is not a URL for this:");
      throw new ParameterException(spec.commandLine(), words, e);
    }
  }

  /**
   * Returns the URL that was given in one of the two ways in which every command takes it.
   *
   * @param parameter as a parameter of its own, or null
   * @param option behind {@code --url}, or null
   */
  static String url(CommandSpec spec, @Nullable String parameter, @Nullable String option) {
    if (parameter != null && option != null) {
      throw new ParameterException(
          spec.commandLine(),
          "URL is given twice: '" + parameter + "', and '" + option + "' behind --url");
    }
    if (parameter == null && option == null) {
      throw new ParameterException(
          spec.commandLine(), "Missing required parameter: URL, with or without --url before it");
    }
    return parameter != null ? parameter : String.valueOf(option);
  }

  /**
   * Returns a time that was given in seconds.
   *
   * @throws ParameterException if it is no positive number
   */
  static Duration seconds(CommandSpec spec, String option, double seconds) {
    if (!(seconds > 0 && seconds <= 1e9)) {
      throw new ParameterException(
          spec.commandLine(), option + " " + seconds + " is not a positive number of seconds");
    }
    return Duration.ofNanos(Math.max(1, (long) (seconds * 1e9)));
  }

  /** Returns a line of a stranger's head without what a terminal would act upon. */
  static String clean(String line) {
    return line.replaceAll("[\\p{Cntrl}\\x{80}-\\x{9f}]", "?");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.transport.Endpoint;
import java.net.URI;
import java.net.URISyntaxException;
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
      return Endpoint.of(new URI(url));
    } catch (URISyntaxException e) {
      throw new ParameterException(
          spec.commandLine(),
          "'" + OneLine.of(url) + "' is not a URL: " + e.getReason() + "; try ws://host:port/",
          e);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), OneLine.of(e), e);
    }
  }

  /** Returns a line of a stranger's head without what a terminal would act upon. */
  static String clean(String line) {
    return line.replaceAll("[\\p{Cntrl}\\x{80}-\\x{9f}]", "?");
  }
}

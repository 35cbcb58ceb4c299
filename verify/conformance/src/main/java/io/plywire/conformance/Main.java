// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import io.plywire.conformance.suite.Installation;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** The entry of the command. */
public final class Main {
  private Main() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(commandLine(Installation::find).execute(args));
  }

  /** Returns the command, which tells failures in one line. */
  static CommandLine commandLine(ConformanceCommand.Finder finder) {
    CommandLine line = new CommandLine(new ConformanceCommand(finder));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExitCodeExceptionMapper(
        e ->
            e instanceof ParameterException ? ConformanceCommand.USAGE : ConformanceCommand.BROKEN);
    line.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          if (!(e instanceof IOException)) {
            throw e;
          }
          command.getErr().println(command.getCommandName() + ": " + e.getMessage());
          for (Throwable other : e.getSuppressed()) {
            command.getErr().println(command.getCommandName() + ": " + other.getMessage());
          }
          return ConformanceCommand.BROKEN;
        });
    return line;
  }
}

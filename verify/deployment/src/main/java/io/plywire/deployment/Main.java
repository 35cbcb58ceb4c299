// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment;

import io.plywire.deployment.floods.FloodsCommand;
import io.plywire.deployment.rolling.RollingCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry of the command. */
@Command(
    name = "verify/deployment/run",
    description = "Restart plywire's servers behind a balancer, or flood one of them.",
    mixinStandardHelpOptions = true,
    subcommands = {RollingCommand.class, FloodsCommand.class},
    footer = {
      "",
      "Exit codes: 0 everything as it should be, 1 it was not, 2 wrong usage, 3 it could not run."
    })
public final class Main {
  private static final int BROKEN = 3;

  private Main() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    CommandLine line = new CommandLine(new Main());
    line.setExitCodeExceptionMapper(
        e -> e instanceof CommandLine.ParameterException ? CommandLine.ExitCode.USAGE : BROKEN);
    System.exit(line.execute(args));
  }
}

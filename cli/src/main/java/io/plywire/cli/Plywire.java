// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command without a subcommand, and the options that all have in common. */
@Command(
    name = "plywire",
    description = "WebSockets in layers, on the command line.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    subcommands = {
      DemoCommand.class,
      ServeCommand.class,
      ConnectCommand.class,
      DoctorCommand.class,
      ProvidersCommand.class,
      TckCommand.class,
      BenchCommand.class
    },
    footer = {
      "",
      "URLs: ws://host:port/path, ws+unix:/path/of.sock:/path, and wss in place of ws for TLS.",
      "Environment: JAVA_HOME chooses the JVM, JAVA_OPTS is passed to it; for example",
      "JAVA_OPTS=-Dio.plywire.transport=nio prefers a transport by its name.",
      "Try 'plywire demo' first."
    })
final class Plywire implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of a failure.")
  private boolean stacktrace;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log what the library does to standard error.")
  private boolean verbose;

  boolean stacktrace() {
    return stacktrace;
  }

  /** Chooses the level of the log; works once, before the first line of it. */
  void configureLogging() {
    if (verbose) {
      System.setProperty("org.slf4j.simpleLogger.log.io.plywire", "debug");
    }
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "a subcommand is missing: demo, serve, connect, doctor, providers, tck or bench");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The entry of the command. */
public final class Main {
  private Main() {}

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param args subcommand, options and parameters
   */
  @SuppressWarnings("SystemOut") // the only place that knows the process's own streams
  public static void main(String[] args) {
    Terminal terminal = Terminal.of(System.in, System.out, System.err, Charset.defaultCharset());
    System.exit(run(terminal, args));
  }

  /** Runs the command on a terminal and returns its exit code. */
  static int run(Terminal terminal, String... args) {
    Plywire root = new Plywire();
    CommandLine line = new CommandLine(root, factory(terminal));
    line.setOut(terminal.outWriter());
    line.setErr(terminal.errWriter());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExpandAtFiles(false); // '--header @FILE' means the option's value
    line.setExecutionStrategy(
        parsed -> {
          root.configureLogging();
          return new CommandLine.RunLast().execute(parsed);
        });
    line.setParameterExceptionHandler(Main::wrongUsage);
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(root, e, command));
    int exitCode = line.execute(args);
    terminal.outWriter().flush();
    terminal.errWriter().flush();
    return exitCode;
  }

  /** Makes the subcommands; those that want the terminal get it. */
  private static IFactory factory(Terminal terminal) {
    return new IFactory() {
      @Override
      public <K> K create(Class<K> type) throws Exception {
        if (type == ConnectCommand.class) {
          return type.cast(new ConnectCommand(terminal));
        }
        if (type == DoctorCommand.class) {
          return type.cast(new DoctorCommand(terminal));
        }
        return CommandLine.defaultFactory().create(type);
      }
    };
  }

  private static int wrongUsage(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + OneLine.of(e));
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    command.getErr().println("Try '" + name + " --help'.");
    return ExitCode.USAGE;
  }

  private static int failed(Plywire root, Exception e, CommandLine command) {
    boolean known = e instanceof CommandFailure || e instanceof FileSystemException;
    String what =
        e instanceof CommandFailure failure
            ? String.valueOf(failure.getMessage())
            : known ? OneLine.of(e) : e.getClass().getSimpleName() + ": " + OneLine.of(e);
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + what);
    if (root.stacktrace()) {
      e.printStackTrace(command.getErr());
    }
    return e instanceof CommandFailure failure ? failure.exitCode() : ExitCode.FAILED;
  }
}

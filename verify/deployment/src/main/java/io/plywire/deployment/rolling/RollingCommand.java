// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import io.plywire.deployment.process.Folders;
import io.plywire.deployment.process.Haproxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The subcommand. */
@Command(
    name = "rolling",
    description = {
      "Restart two servers behind HAProxy in turn, while clients send numbered messages, and judge:"
          + " every connection ends with a close frame, every acknowledged message is stored, and"
          + " the goodbyes are spread."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class RollingCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "2000",
      description = "How many; ${DEFAULT-VALUE} by default.")
  private int clients;

  @Option(
      names = "--spread",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "Over how long a server spreads its goodbyes; ${DEFAULT-VALUE} by default.")
  private int spreadSeconds;

  @Option(
      names = "--pause",
      paramLabel = "MILLIS",
      defaultValue = "1000",
      description =
          "From an acknowledgment to the next message of a client; ${DEFAULT-VALUE} by default.")
  private int pauseMillis;

  @Option(
      names = "--window",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many messages a client sends ahead; ${DEFAULT-VALUE} by default.")
  private int window;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many times each server is restarted; ${DEFAULT-VALUE} by default.")
  private int rounds;

  @Option(
      names = "--fault",
      paramLabel = "FAULT",
      defaultValue = "NONE",
      description =
          "What the servers do wrong, which must be found: ${COMPLETION-CANDIDATES}; none by"
              + " default.")
  @SuppressWarnings("NullAway.Init") // set by picocli
  private Fault fault;

  /** Made by picocli. */
  public RollingCommand() {}

  @Override
  public Integer call() throws Exception {
    if (clients < 1 || spreadSeconds < 1 || pauseMillis < 0 || window < 1 || rounds < 1) {
      throw new ParameterException(spec.commandLine(), "numbers are positive");
    }
    if (!Haproxy.isInstalled()) {
      throw new ParameterException(spec.commandLine(), "there is no haproxy on this machine");
    }
    Plan plan =
        new Plan(
            clients,
            window,
            Duration.ofMillis(pauseMillis),
            Duration.ofSeconds(spreadSeconds),
            rounds,
            fault);
    Path folder = Files.createTempDirectory("plywire-rolling");
    boolean right = Rolling.run(plan, folder, spec.commandLine().getOut()).isEmpty();
    if (right) {
      Folders.delete(folder);
    } else {
      spec.commandLine().getOut().println("files: " + folder);
    }
    return right ? 0 : 1;
  }
}

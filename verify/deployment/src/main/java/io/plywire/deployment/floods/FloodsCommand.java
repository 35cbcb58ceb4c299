// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import io.plywire.deployment.process.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The subcommand. */
@Command(
    name = "floods",
    description = {
      "Flood a server that has a small heap and limits, in one manner after the other, while"
          + " ordinary clients go on echoing; and judge: they do, memory stays within what is"
          + " stated, and afterwards everything is as before.",
      "'each' is what heap and direct memory grew by for each connection that was held; newcomers"
          + " are clients that came meanwhile, let in of all."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true)
public final class FloodsCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--attackers",
      paramLabel = "N",
      defaultValue = "2000",
      description = "How many connections a flood has, if it may; ${DEFAULT-VALUE} by default.")
  private int attackers;

  @Option(
      names = "--ordinary",
      paramLabel = "N",
      defaultValue = "20",
      description = "How many other clients there are; ${DEFAULT-VALUE} by default.")
  private int ordinary;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long each flood goes on; ${DEFAULT-VALUE} by default.")
  private int seconds;

  @Option(
      names = "--heap",
      paramLabel = "MIB",
      defaultValue = "64",
      description = "The server's heap; ${DEFAULT-VALUE} by default.")
  private int heapMib;

  @Option(
      names = "--direct",
      paramLabel = "MIB",
      defaultValue = "192",
      description =
          "The server's direct memory: 80 KiB for each connection, and some; ${DEFAULT-VALUE} by"
              + " default.")
  private int directMib;

  @Option(
      names = "--message-max",
      paramLabel = "BYTES",
      defaultValue = "16384",
      description = "The longest message that the server takes; ${DEFAULT-VALUE} by default.")
  private int messageMax;

  @Option(
      names = "--flood",
      paramLabel = "FLOOD",
      description = "Only this one, of ${COMPLETION-CANDIDATES}; repeatable; all if absent.")
  private List<Flood> floods = new ArrayList<>();

  /** Made by picocli. */
  public FloodsCommand() {}

  @Override
  public Integer call() throws Exception {
    if (attackers < 1
        || ordinary < 2
        || seconds < 0
        || heapMib < 16
        || directMib < 16
        || messageMax < 1024) {
      throw new ParameterException(
          spec.commandLine(),
          "there is an attacker, two others, and a heap of 16 MiB,"
              + " and messages of 1024 bytes, at least");
    }
    Path folder = Files.createTempDirectory("plywire-floods");
    List<String> findings =
        Floods.run(
            new Floods.Plan(
                attackers, ordinary, Duration.ofSeconds(seconds), heapMib, directMib, messageMax),
            folder,
            floods.isEmpty() ? List.of(Flood.values()) : floods,
            spec.commandLine().getOut());
    if (findings.isEmpty()) {
      Folders.delete(folder);
    } else {
      spec.commandLine().getOut().println("files: " + folder);
    }
    return findings.isEmpty() ? 0 : 1;
  }
}

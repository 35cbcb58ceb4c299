// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/**
 * Stands in the help for what the script at the root hands over to {@code bench/run}: this program
 * does without the servers that plywire is compared with.
 */
@Command(
    name = "bench",
    description = {
      "Measure echo servers over sockets, plywire beside floors and others; or the pieces, as"
          + " 'bench pieces'.",
      "Try 'plywire bench --help' and 'plywire bench --quick'. Only from a source tree."
    })
final class BenchCommand implements Callable<Integer> {
  @Unmatched private String[] anything = {};

  @Override
  public Integer call() throws CommandFailure {
    throw new CommandFailure(
        ExitCode.FAILED,
        "measurements are not part of this jar; run ./plywire bench "
            + String.join(" ", anything)
            + " in a source tree",
        null);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The subcommand. */
@Command(name = "floods")
public final class FloodsCommand implements Callable<Integer> {
  /** Made by picocli. */
  public FloodsCommand() {}

  @Override
  public Integer call() {
    return 0;
  }
}

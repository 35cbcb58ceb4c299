// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.spi.Discovery;
import io.plywire.spi.TransportProvider;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows what the library is for, on every transport that was discovered. */
@Command(
    name = "demo",
    description = {
      "On every discovered transport: start an echo server, connect, write a text message in parts"
          + " with pings in between, cancel a read, close; and print what was seen on the wire."
    },
    footer = {
      "",
      "The rate is that of one connection with one short message on its way, on this machine just"
          + " now: a sign of life, not a benchmark.",
      "Exit codes: 0 if every transport did all of it, 1 if not, 2 wrong usage."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() {
    return run(Discovery.load(), spec.commandLine().getOut());
  }

  static int run(Discovery discovery, PrintWriter out) {
    int transports = 0;
    int good = 0;
    for (Discovery.Entry entry : discovery.report()) {
      if (entry.type() != TransportProvider.class) {
        continue;
      }
      if (entry.status() != Discovery.Status.AVAILABLE
          || !(entry.provider() instanceof TransportProvider provider)) {
        out.println(
            entry.name()
                + " is "
                + entry.status().name().toLowerCase(Locale.ROOT)
                + ": "
                + OneLine.of(entry.reason()));
        out.println();
        continue;
      }
      for (String scheme : new TreeSet<>(provider.schemes())) {
        transports++;
        DemoRun run = new DemoRun(provider, scheme);
        if (run.run()) {
          good++;
        }
        run.print(out);
        out.println();
        out.flush();
      }
    }
    if (transports == 0) {
      out.println("no transport is available; 'plywire providers' tells more");
      return ExitCode.FAILED;
    }
    out.println(good + " of " + transports + " transports did everything");
    return good == transports ? ExitCode.OK : ExitCode.FAILED;
  }
}

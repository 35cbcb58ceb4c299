// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.spi.Discovery;
import io.plywire.spi.TransportProvider;
import io.plywire.tls.TlsEngine;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows what the library is for, on every transport that was discovered. */
@Command(
    name = "demo",
    description = {
      "On every discovered transport, plain and with each TLS engine: start an echo server, connect, write a text message in parts"
          + " with pings in between, cancel a read, compress a message, close; and print what was"
          + " seen on the wire."
    },
    footer = {
      "",
      "The rate is that of one connection with one short message on its way, on this machine just"
          + " now: a sign of life, not a benchmark.",
      "Exit codes: 0 if every one did all of it, 1 if not, 2 wrong usage."
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
    int runs = 0;
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
        for (@Nullable TlsEngine engine : engines(scheme)) {
          runs++;
          DemoRun run = new DemoRun(provider, scheme, engine);
          good += run.run() ? 1 : 0;
          run.print(out);
          out.println();
          out.flush();
        }
      }
    }
    if (runs == 0) {
      out.println("no transport is available; 'plywire providers' tells more");
      return ExitCode.FAILED;
    }
    for (TlsEngine engine : TlsEngine.all()) {
      if (!engine.availability().available()) {
        out.println(
            "without the TLS engine '"
                + engine.name()
                + "': "
                + OneLine.of(engine.availability().reason()));
      }
    }
    out.println(good + " of " + runs + " ways to connect did everything");
    return good == runs ? ExitCode.OK : ExitCode.FAILED;
  }

  /** First without TLS, then with each engine that there is; one base transport is enough. */
  private static List<@Nullable TlsEngine> engines(String scheme) {
    List<@Nullable TlsEngine> engines = new ArrayList<>();
    engines.add(null);
    if (!scheme.equals("ws+unix")) {
      TlsEngine.all().stream()
          .filter(engine -> engine.availability().available())
          .forEach(engines::add);
    }
    return engines;
  }
}

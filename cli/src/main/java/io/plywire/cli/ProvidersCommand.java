// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.Provider;
import io.plywire.spi.ProviderException;
import io.plywire.spi.TransportProvider;
import io.plywire.tls.TlsEngine;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Shows what discovery found, chose and refused. */
@Command(
    name = "providers",
    description =
        "Show which transports, layers and TLS engines were found, chosen and refused, and why.",
    footer = {"", "Exit codes: 0 if there is a transport to choose, 1 if not, 2 wrong usage."})
final class ProvidersCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Override
  public Integer call() {
    return show(Discovery.load(), spec.commandLine().getOut());
  }

  static int show(Discovery discovery, PrintWriter out) {
    out.println("Found:");
    Table found = new Table("NAME", "TYPE", "STATUS", "SERVES", "PRIORITY", "TRAITS", "REASON");
    for (Discovery.Entry entry : discovery.report()) {
      Provider provider = entry.provider();
      found.row(
          entry.name(),
          entry.type() == TransportProvider.class ? "transport" : "layer",
          lower(entry.status()),
          asked(() -> serves(provider)),
          asked(() -> provider == null ? "-" : Integer.toString(provider.priority())),
          asked(() -> provider == null ? "-" : traits(provider)),
          OneLine.of(entry.reason()));
    }
    if (discovery.report().isEmpty()) {
      out.println("  nothing; is the jar of a provider on the class path?");
    } else {
      found.print(out);
    }
    out.println();
    String preferred = System.getProperty(Discovery.TRANSPORT_PROPERTY);
    out.println(
        "Chosen"
            + (preferred == null
                ? ":"
                : ", with " + Discovery.TRANSPORT_PROPERTY + "=" + preferred + ":"));
    int chosen = choices(discovery, out);
    out.println();
    out.println("TLS engines:");
    engines().print(out);
    return chosen > 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private static int choices(Discovery discovery, PrintWriter out) {
    Table choices = new Table("SCHEME", "TRANSPORT", "LAYER");
    int chosen = 0;
    for (String scheme : discovery.schemes()) {
      try {
        String transport = discovery.transport(scheme).name();
        chosen++;
        choices.row(scheme, transport, "-");
        choices.row("wss" + scheme.substring(2), transport, tls(discovery));
      } catch (ProviderException e) {
        choices.row(scheme, "none: " + firstClause(e), "-");
      }
    }
    if (discovery.schemes().isEmpty()) {
      out.println("  nothing: no transport is available");
    } else {
      choices.print(out);
    }
    return chosen;
  }

  private static Table engines() {
    Table engines =
        new Table(
            "NAME", "STATUS", "PROTOCOLS", "RESUMES 1.3", "ED25519", "KEY LOG", "GROUPS", "REASON");
    for (TlsEngine engine : TlsEngine.all()) {
      String reason = OneLine.of(engine.availability().reason());
      if (engine.availability().available()) {
        TlsEngine.Features can = engine.features();
        engines.row(
            engine.name(),
            "available",
            String.join(" ", can.protocols()),
            yesNo(can.tls13Resumption()),
            yesNo(can.ed25519()),
            yesNo(can.keyLog()),
            String.join(" ", can.groups()),
            reason);
      } else {
        engines.row(engine.name(), "unavailable", "-", "-", "-", "-", "-", reason);
      }
    }
    return engines;
  }

  private static String yesNo(boolean yes) {
    return yes ? "yes" : "no";
  }

  private static String tls(Discovery discovery) {
    try {
      return discovery.layer("tls").name();
    } catch (ProviderException e) {
      return "none: " + firstClause(e);
    }
  }

  /** Returns what went wrong, without the report that follows it. */
  static String firstClause(ProviderException e) {
    return OneLine.of(OneLine.of(e).split("; providers found", 2)[0]);
  }

  private static String serves(@Nullable Provider provider) {
    if (provider instanceof TransportProvider transport) {
      return String.join(" ", new TreeSet<>(transport.schemes()));
    }
    return provider instanceof LayerProvider layer ? layer.layer() : "-";
  }

  private static String traits(Provider provider) {
    Set<String> names = new TreeSet<>();
    provider.traits().forEach(trait -> names.add(lower(trait)));
    return names.isEmpty() ? "-" : String.join(" ", names);
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A provider that is not available may fail at the simplest questions. */
  private static String asked(Supplier<String> question) {
    try {
      return question.get();
    } catch (RuntimeException | LinkageError e) {
      return "?";
    }
  }
}

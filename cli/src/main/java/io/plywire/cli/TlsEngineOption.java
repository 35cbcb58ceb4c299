// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.tls.TlsConfigException;
import io.plywire.tls.TlsEngine;
import java.util.Iterator;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The choice of the engine, which all commands that do TLS have in common. */
final class TlsEngineOption {
  /** Kept, or its level would be forgotten. */
  private static final Logger BOUNCY_CASTLE = Logger.getLogger("org.bouncycastle.jsse");

  static {
    BOUNCY_CASTLE.setLevel(Level.SEVERE); // it tells of every connection at INFO
  }

  /** The names, for completion and the help. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return TlsEngine.all().stream().map(TlsEngine::name).iterator();
    }
  }

  @Option(
      names = "--tls-engine",
      paramLabel = "NAME",
      completionCandidates = Names.class,
      description = "What does TLS: ${COMPLETION-CANDIDATES}; jdk if absent.")
  private @Nullable String name;

  boolean isGiven() {
    return name != null;
  }

  /**
   * Returns the engine asked for.
   *
   * @throws CommandFailure if there is none of this name, or it cannot be had
   */
  TlsEngine engine() throws CommandFailure {
    try {
      return available(name == null ? TlsEngine.jdk() : TlsEngine.named(name));
    } catch (TlsConfigException e) {
      throw new CommandFailure(ExitCode.USAGE, OneLine.of(e), e);
    }
  }

  private static TlsEngine available(TlsEngine engine) throws CommandFailure {
    if (!engine.availability().available()) {
      throw new CommandFailure(
          ExitCode.TLS,
          "the TLS engine '"
              + engine.name()
              + "' is not available: "
              + OneLine.of(engine.availability().reason()),
          null);
    }
    return engine;
  }
}

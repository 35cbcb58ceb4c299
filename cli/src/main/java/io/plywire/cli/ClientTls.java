// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsConfigException;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsSession;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a client does TLS: the options, and what they lead to. */
final class ClientTls {
  @Mixin private final TlsEngineOption engine = new TlsEngineOption();

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Trust the certificates in this file, in PEM form, and nobody else.")
  private @Nullable Path authorities;

  @Option(
      names = "--insecure",
      description = "Take any certificate for any name; only for experiments.")
  private boolean insecure;

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description = "The client's certificate, with those that lead to a trusted one, in PEM form.")
  private @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Its private key in PEM form, not encrypted; the same file if absent.")
  private @Nullable Path key;

  /** Returns the first option that was given, or null. */
  @Nullable String given() {
    return authorities != null
        ? "--ca"
        : insecure
            ? "--insecure"
            : certificate != null
                ? "--cert"
                : key != null ? "--key" : engine.isGiven() ? "--tls-engine" : null;
  }

  /**
   * Sets it up.
   *
   * @param timeout how long a handshake may take
   * @throws CommandFailure if the file or the engine is no good
   */
  TlsContext context(Duration timeout) throws CommandFailure {
    return context(timeout, insecure);
  }

  /** Sets it up to take any certificate, as far as the rest of the options allows that. */
  TlsContext insecureContext(Duration timeout) throws CommandFailure {
    return context(timeout, true);
  }

  private TlsContext context(Duration timeout, boolean takesAny) throws CommandFailure {
    if (insecure && authorities != null) {
      throw new CommandFailure(
          ExitCode.USAGE, "--insecure trusts everybody; --ca makes no sense beside it", null);
    }
    if (certificate == null && key != null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--key " + key + " needs the certificate that it belongs to: --cert",
          null);
    }
    try {
      TlsConfig config = takesAny ? TlsConfig.insecureClient() : TlsConfig.client();
      if (authorities != null && !takesAny) {
        config = config.withTrust(authorities);
      }
      if (certificate != null) {
        config = config.withIdentity(TlsIdentity.pem(certificate, key == null ? certificate : key));
      }
      return TlsContext.of(config.withEngine(engine.engine()).withHandshakeTimeout(timeout));
    } catch (TlsConfigException e) {
      throw new CommandFailure(ExitCode.TLS, OneLine.of(e), e);
    }
  }

  /** Returns whether any certificate is taken. */
  boolean takesAny() {
    return insecure;
  }

  /** Says what was agreed on. */
  static String describe(TlsSession session) {
    return session.protocol()
        + " "
        + session.cipherSuite()
        + (session.group() == null ? "" : " " + session.group())
        + (session.applicationProtocol().isEmpty()
            ? ""
            : ", " + session.applicationProtocol() + " by ALPN")
        + (session.resumed() ? ", resumed" : "")
        + ", by "
        + session.engine();
  }
}

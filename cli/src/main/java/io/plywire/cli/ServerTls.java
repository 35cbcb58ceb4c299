// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.certificates.MadeCertificate;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsConfigException;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.TlsOptions;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a server does TLS: the options, and what they lead to. */
final class ServerTls {
  @Mixin private final TlsEngineOption engine = new TlsEngineOption();

  @Option(
      names = "--cert",
      paramLabel = "FILE",
      description =
          "The certificate for wss, with those that lead to a trusted one, in PEM form. Without it"
              + " one is made for localhost, and its fingerprint printed.")
  private @Nullable Path certificate;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Its private key in PEM form; the same file if absent.")
  private @Nullable Path key;

  @Option(
      names = "--also-plain",
      description = "Serve clients without TLS as well, at the same port: ws and wss.")
  private boolean alsoPlain;

  private @Nullable TlsIdentity identity;

  /** Returns the first option that was given, or null. */
  @Nullable String given() {
    return certificate != null
        ? "--cert"
        : key != null
            ? "--key"
            : engine.isGiven() ? "--tls-engine" : alsoPlain ? "--also-plain" : null;
  }

  /**
   * Adds what the layer needs to the options of the transport.
   *
   * @throws CommandFailure if a file or the engine is no good
   */
  TransportOptions addTo(TransportOptions options, Endpoint endpoint) throws CommandFailure {
    return options
        .with(TlsOptions.CONTEXT, context(endpoint))
        .with(TlsOptions.ALSO_PLAIN, alsoPlain);
  }

  private TlsContext context(Endpoint endpoint) throws CommandFailure {
    if (certificate == null && key != null) {
      throw new CommandFailure(
          ExitCode.USAGE,
          "--key " + key + " needs the certificate that it belongs to: --cert",
          null);
    }
    try {
      TlsIdentity own =
          certificate == null
              ? DevelopmentCertificate.forLocalhost(endpoint.host())
              : TlsIdentity.pem(certificate, key == null ? certificate : key);
      identity = own;
      return TlsContext.of(TlsConfig.server(own).withEngine(engine.engine()));
    } catch (TlsConfigException e) {
      throw new CommandFailure(ExitCode.TLS, OneLine.of(e), e);
    }
  }

  /** Says who the server is. */
  String describe() {
    TlsIdentity own = Objects.requireNonNull(identity);
    String fingerprint = MadeCertificate.fingerprint(own.certificates().get(0));
    return (certificate == null
            ? "certificate made for localhost, SHA-256 " + fingerprint + "; connect with --insecure"
            : "certificate of " + certificate + ", SHA-256 " + fingerprint)
        + (alsoPlain ? "; clients without TLS are served as well" : "");
  }
}

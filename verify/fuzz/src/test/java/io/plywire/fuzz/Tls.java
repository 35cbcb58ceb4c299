// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.certificates.MadeCertificate;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsIdentity;
import java.util.List;

/** Two sides of TLS that know each other, with the engine of the JDK. */
final class Tls {
  static final String NAME = "plywire.test";

  private static final MadeCertificate AUTHORITY = MadeCertificate.authority("fuzz authority");
  private static final MadeCertificate SERVER = AUTHORITY.issue(MadeCertificate.Kind.P256, NAME);

  private Tls() {}

  /** Sessions are not resumed, so that no run depends on those before. */
  static TlsContext server(String protocol) {
    return TlsContext.of(
        TlsConfig.server(TlsIdentity.of(SERVER.key(), SERVER.chain()))
            .withProtocols(protocol)
            .withResumption(false));
  }

  static TlsContext client(String protocol) {
    return TlsContext.of(
        TlsConfig.client()
            .withTrust(List.of(AUTHORITY.certificate()))
            .withProtocols(protocol)
            .withResumption(false));
  }
}

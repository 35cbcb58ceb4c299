// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.certificates.MadeCertificate;
import io.plywire.tls.TlsIdentity;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes a certificate for this machine that nobody has issued. */
final class DevelopmentCertificate {
  private DevelopmentCertificate() {}

  /**
   * Makes a certificate with its key.
   *
   * @param names host names and addresses besides those of this machine itself
   */
  static TlsIdentity forLocalhost(String... names) {
    Set<String> all = new LinkedHashSet<>(List.of("localhost", "127.0.0.1", "::1"));
    all.addAll(List.of(names));
    MadeCertificate made = MadeCertificate.selfSigned(all.toArray(String[]::new));
    return TlsIdentity.of(made.key(), made.chain());
  }
}

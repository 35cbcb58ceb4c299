// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the two sides of a connection agreed on.
 *
 * @param engine name and version of the engine on this side
 * @param protocol such as {@code TLSv1.3}
 * @param cipherSuite such as {@code TLS_AES_128_GCM_SHA256}
 * @param group the group of the key exchange, such as {@code x25519}, or null if there was none to
 *     see
 * @param applicationProtocol what ALPN agreed on, or the empty string
 * @param serverName the name the client asked for by SNI, or null
 * @param resumed whether an earlier session was resumed, without certificates being sent again
 * @param peerCertificates the peer's chain, its own first; empty if it showed none
 */
public record TlsSession(
    String engine,
    String protocol,
    String cipherSuite,
    @Nullable String group,
    String applicationProtocol,
    @Nullable String serverName,
    boolean resumed,
    List<X509Certificate> peerCertificates) {
  /** Copies the chain. */
  public TlsSession {
    peerCertificates = List.copyOf(peerCertificates);
  }

  /** Shows the subject of the peer's certificate in place of the chain. */
  @Override
  public String toString() {
    return "TlsSession["
        + engine
        + ", "
        + protocol
        + ", "
        + cipherSuite
        + ", group="
        + group
        + ", applicationProtocol="
        + applicationProtocol
        + ", serverName="
        + serverName
        + (resumed ? ", resumed" : "")
        + (peerCertificates.isEmpty()
            ? ""
            : ", peer=" + peerCertificates.get(0).getSubjectX500Principal().getName())
        + "]";
  }
}

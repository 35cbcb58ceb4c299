// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a balancer knows of the TLS between it and the client: the value of {@link ProxyTlv#SSL}.
 * Immutable.
 *
 * @see ProxiedStream#clientTls
 */
public final class ClientTls {
  /** The type of the version within the value. */
  public static final int VERSION = 0x21;

  /** The type of the common name within the value. */
  public static final int COMMON_NAME = 0x22;

  /** The type of the cipher suite within the value. */
  public static final int CIPHER = 0x23;

  /** The type of the signature algorithm of the certificate within the value. */
  public static final int SIGNATURE_ALGORITHM = 0x24;

  /** The type of the key algorithm of the certificate within the value. */
  public static final int KEY_ALGORITHM = 0x25;

  /** How many bytes stand before the TLVs: the flags and the outcome. */
  static final int HEAD_BYTES = 5;

  private static final int USED = 0x01;
  private static final int CERTIFICATE_IN_CONNECTION = 0x02;
  private static final int CERTIFICATE_IN_SESSION = 0x04;

  private final int flags;
  private final int verify;
  private final List<ProxyTlv> tlvs;

  ClientTls(int flags, int verify, List<ProxyTlv> tlvs) {
    this.flags = flags;
    this.verify = verify;
    this.tlvs = List.copyOf(tlvs);
  }

  /** Returns whether the client spoke TLS. */
  public boolean used() {
    return (flags & USED) != 0;
  }

  /** Returns whether the client showed a certificate in this connection. */
  public boolean certificateInConnection() {
    return (flags & CERTIFICATE_IN_CONNECTION) != 0;
  }

  /** Returns whether the client showed a certificate in this session, perhaps when it began. */
  public boolean certificateInSession() {
    return (flags & CERTIFICATE_IN_SESSION) != 0;
  }

  /**
   * Returns whether the client showed a certificate and the balancer found it valid. The number
   * alone does not say so: it is zero, too, if there was no certificate.
   */
  public boolean certificateVerified() {
    return (certificateInConnection() || certificateInSession()) && verify == 0;
  }

  /** Returns what verifying the client's certificate came to; zero if nothing was wrong. */
  public int verifyResult() {
    return verify;
  }

  /** Returns the flags: 1 for TLS, 2 and 4 for a certificate in connection and session. */
  public int flags() {
    return flags;
  }

  /** Returns the version of TLS as the balancer writes it, such as {@code TLSv1.3}, or null. */
  public @Nullable String version() {
    return text(VERSION, StandardCharsets.US_ASCII);
  }

  /** Returns the common name of the subject of the client's certificate, or null. */
  public @Nullable String commonName() {
    return text(COMMON_NAME, StandardCharsets.UTF_8);
  }

  /** Returns the cipher suite as the balancer writes it, or null. */
  public @Nullable String cipher() {
    return text(CIPHER, StandardCharsets.US_ASCII);
  }

  /** Returns how the certificate that the balancer showed is signed, or null. */
  public @Nullable String signatureAlgorithm() {
    return text(SIGNATURE_ALGORITHM, StandardCharsets.US_ASCII);
  }

  /** Returns the kind of key of the certificate that the balancer showed, or null. */
  public @Nullable String keyAlgorithm() {
    return text(KEY_ALGORITHM, StandardCharsets.US_ASCII);
  }

  /** Returns all that the value holds after its flags, in order. */
  public List<ProxyTlv> tlvs() {
    return tlvs;
  }

  private @Nullable String text(int type, Charset charset) {
    byte[] value = ProxyHeader.first(tlvs, type);
    return value == null ? null : new String(value, charset);
  }

  @Override
  public String toString() {
    return used() ? "TLS " + version() + " " + cipher() : "no TLS";
  }
}

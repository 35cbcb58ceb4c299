// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/** A certificate is for another name than the one that was connected to. */
final class HostNameException extends CertificateException {
  private static final long serialVersionUID = 1L;

  /** Stands in the message, which is all that some engines keep. */
  static final String MARK = "the certificate names ";

  HostNameException(X509Certificate certificate) {
    super(MARK + HostNames.describe(certificate));
  }
}

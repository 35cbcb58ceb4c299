// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What people want to know of a certificate.
 *
 * @param subject whom it is for
 * @param issuer who has issued it
 * @param names host names and addresses
 * @param from since when it is valid
 * @param until how long it is valid
 * @param daysLeft whole days that are left; negative after the end
 */
record CertificateFacts(
    String subject, String issuer, List<String> names, Instant from, Instant until, long daysLeft) {
  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;

  /** Fewer days than these are worth a warning. */
  static final int FEW_DAYS = 14;

  static CertificateFacts of(X509Certificate certificate, Instant now) {
    Instant until = certificate.getNotAfter().toInstant();
    return new CertificateFacts(
        OneLine.of(certificate.getSubjectX500Principal().getName()),
        OneLine.of(certificate.getIssuerX500Principal().getName()),
        names(certificate),
        certificate.getNotBefore().toInstant(),
        until,
        Math.floorDiv(
            ChronoUnit.SECONDS.between(now, until), ChronoUnit.DAYS.getDuration().toSeconds()));
  }

  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        for (List<?> each : alternatives) {
          if (each.get(0).equals(DNS_NAME) || each.get(0).equals(IP_ADDRESS)) {
            names.add(OneLine.of(String.valueOf(each.get(1))));
          }
        }
      }
    } catch (CertificateParsingException e) {
      names.add("(unreadable)");
    }
    return names;
  }

  /** Says how much time is left. */
  String validity(Instant now) {
    if (now.isBefore(from)) {
      return "not valid yet";
    }
    return !now.isBefore(until)
        ? "expired"
        : daysLeft == 1 ? "1 day left" : daysLeft + " days left";
  }

  Json json() {
    return new Json()
        .with("subject", subject)
        .with("issuer", issuer)
        .with("names", names)
        .with("not_before", from)
        .with("not_after", until)
        .with("days_left", daysLeft);
  }
}

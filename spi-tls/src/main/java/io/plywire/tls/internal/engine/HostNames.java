// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names of servers, as they are asked for and as they stand in certificates (RFC 9525). Only the
 * subject's alternative names count; a wildcard is a whole first label and stands for one label.
 */
public final class HostNames {
  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  private static final Pattern LABELS =
      Pattern.compile("[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*");
  private static final int DNS_NAME = 2; // RFC 5280, section 4.2.1.6
  private static final int IP_ADDRESS = 7;

  private HostNames() {}

  /**
   * Returns a host in the form that certificates have it: lower case, ASCII, without a trailing dot
   * or the brackets of an address.
   */
  static String normal(String host) {
    String name = host;
    if (name.startsWith("[") && name.endsWith("]")) {
      name = name.substring(1, name.length() - 1);
    }
    if (isAddress(name)) {
      int zone = name.indexOf('%');
      return zone < 0 ? name : name.substring(0, zone);
    }
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    try {
      return IDN.toASCII(name, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return name.toLowerCase(Locale.ROOT); // no certificate will have it
    }
  }

  /** Returns whether a host is an address rather than a name. */
  static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
  }

  /**
   * Returns a name or pattern of names in normal form, or null if it is neither.
   *
   * @param text such as {@code chat.example.com} or {@code *.example.com}
   */
  public static @Nullable String pattern(String text) {
    boolean wildcard = text.startsWith("*.");
    String name = normal(wildcard ? text.substring(2) : text);
    if (isAddress(name) || !LABELS.matcher(name).matches()) {
      return null;
    }
    return wildcard ? "*." + name : name;
  }

  /** Returns the pattern that stands for a name and its siblings, or null if it has one label. */
  static @Nullable String wildcard(String name) {
    int dot = name.indexOf('.');
    return dot < 0 ? null : "*" + name.substring(dot);
  }

  /**
   * Returns whether a certificate is for a host.
   *
   * @param host name or address, in normal form
   */
  static boolean matches(String host, X509Certificate certificate) {
    if (isAddress(host)) {
      InetAddress address = address(host);
      return address != null
          && alternatives(certificate, IP_ADDRESS).stream()
              .anyMatch(other -> address.equals(address(other)));
    }
    String wildcard = wildcard(host);
    return dnsNames(certificate).stream()
        // A wildcard right below the top level would stand for strangers.
        .anyMatch(name -> name.equals(host) || (name.equals(wildcard) && name.indexOf('.', 2) > 0));
  }

  /** Returns the names and patterns that a certificate is for, in lower case. */
  static List<String> dnsNames(X509Certificate certificate) {
    return alternatives(certificate, DNS_NAME).stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .toList();
  }

  /** Returns what a certificate is for, for a message. */
  static String describe(X509Certificate certificate) {
    List<String> all = new ArrayList<>(alternatives(certificate, DNS_NAME));
    all.addAll(alternatives(certificate, IP_ADDRESS));
    return all.isEmpty() ? "no name at all" : String.join(", ", all);
  }

  private static @Nullable InetAddress address(String literal) {
    try {
      // No name service is asked: it is a literal.
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static List<String> alternatives(X509Certificate certificate, int kind) {
    Collection<List<?>> all;
    try {
      all = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      return List.of();
    }
    if (all == null) {
      return List.of();
    }
    return all.stream()
        .filter(entry -> Integer.valueOf(kind).equals(entry.get(0)))
        .map(entry -> String.valueOf(entry.get(1)))
        .toList();
  }
}

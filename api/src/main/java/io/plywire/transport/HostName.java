// SPDX-License-Identifier: Apache-2.0
package io.plywire.transport;

import java.net.IDN;
import java.util.regex.Pattern;

/**
 * What may stand for a host in an endpoint of TCP: names as the DNS and the files of systems have
 * them, and addresses. It knows texts only; nobody is asked whether there is such a host.
 */
final class HostName {
  private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9a-fA-F]*");
  private static final Pattern BYTE = Pattern.compile("25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]");

  private HostName() {}

  /**
   * Returns a name in ASCII: internationalized ones are converted as RFC 3490 has it for names that
   * are looked up.
   *
   * @throws IllegalArgumentException if it can be no host's
   */
  static String toAscii(String name) {
    String ascii = name;
    if (!name.chars().allMatch(c -> c < 0x80)) {
      try {
        ascii = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
      } catch (RuntimeException e) { // of several kinds, for all that cannot be converted
        throw refused(name, "it cannot be converted to ASCII (RFC 3490): " + e.getMessage());
      }
    }
    if (!ascii.chars().allMatch(HostName::isNameChar)) {
      throw refused(name, "it has a character that no name has");
    }
    String[] labels = ascii.split("\\.", -1);
    int last = labels.length - 1;
    if (last > 0 && labels[last].isEmpty()) {
      last--; // the dot at the end of a complete name
    }
    for (int i = 0; i <= last; i++) {
      if (labels[i].isEmpty()) {
        throw refused(name, ascii.isEmpty() ? "it is empty" : "there is nothing between two dots");
      }
    }
    if (NUMBER.matcher(labels[last]).matches() && !isIpv4(labels)) {
      // Such as 127.1, which systems take for different addresses.
      throw refused(name, "it ends in a number and is no IPv4 address of four");
    }
    return ascii;
  }

  /** Whether a text is an IPv4 address of four numbers, or an IPv6 address without a zone. */
  static boolean isAddress(String text) {
    return isIpv6(text) ? text.indexOf('%') < 0 : isIpv4(text.split("\\.", -1));
  }

  private static boolean isIpv4(String[] labels) {
    boolean bytes = labels.length == 4;
    for (String label : labels) {
      bytes &= BYTE.matcher(label).matches();
    }
    return bytes;
  }

  private static boolean isNameChar(int c) {
    return UriText.isAsciiLetterOrDigit(c) || c == '-' || c == '.' || c == '_';
  }

  /** Names the first character that is to blame; if there is none, tells why. */
  private static IllegalArgumentException refused(String name, String why) {
    return new IllegalArgumentException(
        name.codePoints()
            .filter(c -> !fits(c))
            .mapToObj(c -> "a host name cannot have the character " + UriText.show(c))
            .findFirst()
            .orElse("'" + name + "' is no host: " + why));
  }

  private static boolean fits(int c) {
    String alone = Character.toString(c);
    if (c < 0x80 || "\u3002\uFF0E\uFF61".contains(alone)) { // dots, in other scripts
      return c >= 0x80 || isNameChar(c);
    }
    try {
      return IDN.toASCII(alone, IDN.ALLOW_UNASSIGNED).chars().allMatch(HostName::isNameChar);
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Whether a text looks like an IPv6 address, with or without a zone. */
  static boolean isIpv6(String text) {
    String address = withoutZone(text);
    return address.chars().filter(c -> c == ':').count() > 1
        && address
            .chars()
            .allMatch(c -> c < 0x80 && (Character.digit(c, 16) >= 0 || c == ':' || c == '.'))
        && (address.length() == text.length() || isZone(text.substring(address.length() + 1)));
  }

  private static boolean isZone(String zone) {
    return !zone.isEmpty()
        && zone.chars().allMatch(c -> UriText.mayStand(c) && "%/?#[]@".indexOf(c) < 0);
  }

  /** Returns an address without its zone, which means something on this machine only. */
  static String withoutZone(String address) {
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }
}

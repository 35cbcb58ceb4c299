// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** IP addresses as texts. Nobody is asked whether a text may be a name. */
public final class IpText {
  public static final int V4_BYTES = 4;
  public static final int V6_BYTES = 16;
  private static final int GROUPS = 8;

  private IpText() {}

  /** Returns the address that its bytes are; those of IPv4 within IPv6 become one of IPv4. */
  public static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(bytes.length + " bytes are no address", e);
    }
  }

  /** Returns the bytes of an address in either form, or null if it is none. */
  public static byte @Nullable [] parse(String text) {
    return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
  }

  /** Returns the bytes of four decimal numbers without leading zeros, or null. */
  public static byte @Nullable [] ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != V4_BYTES) {
      return null;
    }
    byte[] bytes = new byte[V4_BYTES];
    for (int i = 0; i < V4_BYTES; i++) {
      int value = number(parts[i], 255);
      if (value < 0) {
        return null;
      }
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  /** Returns the bytes of an address as RFC 4291, section 2.2 has it, without a zone, or null. */
  public static byte @Nullable [] ipv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      byte[] all = groups(text);
      return all != null && all.length == V6_BYTES ? all : null;
    }
    byte[] before = groups(text.substring(0, gap));
    byte[] after = groups(text.substring(gap + 2));
    if (before == null || after == null || before.length + after.length > V6_BYTES - 2) {
      return null;
    }
    if (text.lastIndexOf('.', gap) >= 0) {
      return null; // an IPv4 address stands at the end only
    }
    byte[] bytes = new byte[V6_BYTES];
    System.arraycopy(before, 0, bytes, 0, before.length);
    System.arraycopy(after, 0, bytes, V6_BYTES - after.length, after.length);
    return bytes;
  }

  /** Returns the bytes of groups between colons, the last of which may be an IPv4 address. */
  private static byte @Nullable [] groups(String text) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    String[] parts = text.split(":", -1);
    byte[] last = ipv4(parts[parts.length - 1]);
    int count = last == null ? parts.length : parts.length + 1;
    if (count > GROUPS) {
      return null;
    }
    byte[] bytes = new byte[2 * count];
    int words = last == null ? parts.length : parts.length - 1;
    for (int i = 0; i < words; i++) {
      int value = hex(parts[i]);
      if (value < 0) {
        return null;
      }
      bytes[2 * i] = (byte) (value >> 8);
      bytes[2 * i + 1] = (byte) value;
    }
    if (last != null) {
      System.arraycopy(last, 0, bytes, 2 * words, V4_BYTES);
    }
    return bytes;
  }

  private static int hex(String text) {
    if (text.isEmpty() || text.length() > 4) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /** Returns a decimal number without sign and leading zeros, or -1 if it is none or too great. */
  public static int number(String text, int most) {
    if (text.isEmpty() || text.length() > 5 || (text.length() > 1 && text.charAt(0) == '0')) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = 10 * value + (c - '0');
    }
    return value <= most ? value : -1;
  }
}

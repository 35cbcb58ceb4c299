// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers.internal;

import org.jspecify.annotations.Nullable;

/** A block of IP addresses, such as {@code 10.0.0.0/8}: so many bits that they begin with. */
public final class IpBlock {
  private static final int MAPPED_BITS = 96; // of IPv4 within IPv6

  private final byte[] bytes;
  private final int bits;

  private IpBlock(byte[] written, int bits) {
    byte[] shown = IpText.address(written).getAddress();
    boolean mapped = shown.length < written.length && bits >= MAPPED_BITS;
    this.bytes = mapped ? shown : written; // as sockets show IPv4 within IPv6, too
    this.bits = mapped ? bits - MAPPED_BITS : bits;
  }

  /**
   * Takes a block, or a single address, from its text.
   *
   * @param text such as {@code 10.0.0.0/8}
   * @throws IllegalArgumentException if it is neither, or has bits after its prefix
   */
  public static IpBlock parse(String text) {
    byte[] written = IpText.parse(addressOf(text));
    if (written == null) {
      throw new IllegalArgumentException(
          "'" + text + "' is neither an IP address nor a block such as 10.0.0.0/8");
    }
    int all = 8 * written.length;
    int bits = prefixOf(text, all);
    if (bits < 0) {
      throw new IllegalArgumentException(
          "the prefix of '" + text + "' is not between 0 and " + all);
    }
    for (int i = bits; i < all; i++) {
      if ((written[i / 8] >> (7 - i % 8) & 1) != 0) {
        throw new IllegalArgumentException(
            "'" + text + "' has bits set after its prefix of " + bits);
      }
    }
    return new IpBlock(written, bits);
  }

  /**
   * Takes a block from its text if it is one; bits after the prefix do not matter.
   *
   * @param text such as {@code 10.1.2.3/8}
   */
  public static @Nullable IpBlock find(String text) {
    byte[] written = IpText.parse(addressOf(text));
    int bits = written == null ? -1 : prefixOf(text, 8 * written.length);
    return written == null || bits < 0 ? null : new IpBlock(written, bits);
  }

  private static String addressOf(String text) {
    int slash = text.indexOf('/');
    return slash < 0 ? text : text.substring(0, slash);
  }

  private static int prefixOf(String text, int all) {
    int slash = text.indexOf('/');
    return slash < 0 ? all : IpText.number(text.substring(slash + 1), all);
  }

  /**
   * Returns whether an address is one of the block.
   *
   * @param address its bytes
   */
  public boolean contains(byte[] address) {
    if (address.length != bytes.length) {
      return false;
    }
    int whole = bits / 8;
    for (int i = 0; i < whole; i++) {
      if (address[i] != bytes[i]) {
        return false;
      }
    }
    int rest = bits % 8;
    return rest == 0 || ((address[whole] ^ bytes[whole]) & 0xff) >> (8 - rest) == 0;
  }
}

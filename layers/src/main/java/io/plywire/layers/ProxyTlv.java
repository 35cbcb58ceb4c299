// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import java.util.Arrays;

/**
 * One of the things that a header of version 2 tells besides the addresses: a type and some bytes.
 * Immutable.
 */
public final class ProxyTlv {
  /** The protocol that was agreed on within TLS, as bytes of ASCII. */
  public static final int ALPN = 0x01;

  /** The name that the client asked for, as UTF-8: that of SNI. */
  public static final int AUTHORITY = 0x02;

  /** A CRC-32C of the whole header, four bytes. */
  public static final int CRC32C = 0x03;

  /** Nothing; fills space. */
  public static final int NOOP = 0x04;

  /** What the balancer calls the connection, up to 128 bytes. */
  public static final int UNIQUE_ID = 0x05;

  /** What the balancer knows of the client's TLS; see {@link ClientTls}. */
  public static final int SSL = 0x20;

  /** The name of the network namespace, as ASCII. */
  public static final int NETWORK_NAMESPACE = 0x30;

  /** How many bytes of a header are not the value's: a type and a length. */
  static final int HEAD_BYTES = 3;

  private static final int MAX_BYTES = 0xffff;

  private final int type;
  private final byte[] value;

  /**
   * Makes one.
   *
   * @param type from 0 to 255
   * @param value at most 65535 bytes, which are copied
   * @throws IllegalArgumentException if it is another type or too long
   */
  public ProxyTlv(int type, byte[] value) {
    if (type < 0 || type > 0xff || value.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a TLV of type " + type + " with " + value.length + " bytes cannot be");
    }
    this.type = type;
    this.value = value.clone();
  }

  /** Returns the type, from 0 to 255. */
  public int type() {
    return type;
  }

  /** Returns a copy of the value. */
  public byte[] value() {
    return value.clone();
  }

  /** Returns the value itself. */
  byte[] shared() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProxyTlv that && type == that.type && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * type + Arrays.hashCode(value);
  }

  /** Tells the type and the length, and not the value. */
  @Override
  public String toString() {
    return "TLV 0x" + Integer.toHexString(type) + " of " + value.length + " bytes";
  }
}

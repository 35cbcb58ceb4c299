// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.plywire.layers.internal.FirstBytes;
import io.plywire.layers.internal.IpText;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.InvalidPathException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Version 2 of the PROXY protocol: a binary block. No I/O. */
final class HeaderV2 {
  static final byte[] SIGNATURE = {
    0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
  };

  /** Without what the length counts. */
  static final int HEAD_BYTES = 16;

  static final int MAX_BYTES = HEAD_BYTES + 0xffff;

  private static final int COMMAND_AT = 12;
  private static final int FAMILY_AT = 13;
  private static final int LENGTH_AT = 14;
  private static final int LOCAL = 0x20;
  private static final int PROXY = 0x21;
  private static final int UNIX_PATH_BYTES = 108;
  private static final int CRC_BYTES = 4;

  private HeaderV2() {}

  /** The families of addresses, with the kinds of transport; section 2.2. */
  private enum Family {
    UNSPECIFIED(0x00, 0),
    TCP4(0x11, 2 * (IpText.V4_BYTES + 2)),
    UDP4(0x12, 2 * (IpText.V4_BYTES + 2)),
    TCP6(0x21, 2 * (IpText.V6_BYTES + 2)),
    UDP6(0x22, 2 * (IpText.V6_BYTES + 2)),
    UNIX_STREAM(0x31, 2 * UNIX_PATH_BYTES),
    UNIX_DATAGRAM(0x32, 2 * UNIX_PATH_BYTES);

    private final int code;
    private final int addressBytes;

    Family(int code, int addressBytes) {
      this.code = code;
      this.addressBytes = addressBytes;
    }

    ProxyHeader.Kind kind() {
      return (code & 0x0f) == 2 ? ProxyHeader.Kind.DATAGRAM : ProxyHeader.Kind.STREAM;
    }

    static Family of(byte code) throws BadHeader {
      for (Family family : values()) {
        if (family.code == (code & 0xff)) {
          return family;
        }
      }
      throw new BadHeader("version 2 knows no family and transport 0x" + FirstBytes.hex(code));
    }

    static Family of(ProxyHeader header) {
      SocketAddress source = header.source();
      if (source == null) {
        return UNSPECIFIED;
      }
      if (source instanceof InetSocketAddress inet) {
        return inet.getAddress().getAddress().length == IpText.V4_BYTES ? TCP4 : TCP6;
      }
      return UNIX_STREAM;
    }
  }

  // ---- receiving

  /**
   * Returns how many bytes are surely missing.
   *
   * @param bytes begins with the {@link #SIGNATURE}
   * @param size how many there are, at least as many as the signature has
   * @param max how many bytes the whole may have
   */
  static int missing(byte[] bytes, int size, int max) throws BadHeader {
    int least = 0; // after the head
    if (size > COMMAND_AT) {
      boolean proxied = isProxied(bytes);
      if (size > FAMILY_AT && proxied) {
        least = Family.of(bytes[FAMILY_AT]).addressBytes;
      }
    }
    if (size < HEAD_BYTES) {
      return HEAD_BYTES + least - size;
    }
    int length = length(bytes);
    if (length < least) {
      throw new BadHeader(
          "a length of "
              + length
              + " is too short for the "
              + least
              + " bytes of the addresses of "
              + Family.of(bytes[FAMILY_AT]));
    }
    if (HEAD_BYTES + length > max) {
      throw new BadHeader(
          "a header of " + (HEAD_BYTES + length) + " bytes exceeds the limit of " + max);
    }
    return HEAD_BYTES + length - size;
  }

  private static int length(byte[] bytes) {
    return (bytes[LENGTH_AT] & 0xff) << 8 | (bytes[LENGTH_AT + 1] & 0xff);
  }

  private static boolean isProxied(byte[] bytes) throws BadHeader {
    int command = bytes[COMMAND_AT] & 0xff;
    if (command != LOCAL && command != PROXY) {
      throw new BadHeader(
          "version and command 0x" + FirstBytes.hex(command) + " are neither 0x20 nor 0x21");
    }
    return command == PROXY;
  }

  /** Understands a header that is complete. */
  static ProxyHeader parse(byte[] bytes, int size) throws BadHeader {
    if (!isProxied(bytes)) {
      return ProxyHeader.local(); // and whatever else stands there is to be ignored
    }
    Family family = Family.of(bytes[FAMILY_AT]);
    ByteBuffer in = ByteBuffer.wrap(bytes, HEAD_BYTES, size - HEAD_BYTES);
    SocketAddress source = null;
    SocketAddress destination = null;
    switch (family) {
      case UNSPECIFIED -> {}
      case UNIX_STREAM, UNIX_DATAGRAM -> {
        source = path(in);
        destination = path(in);
      }
      default -> {
        byte[] from = new byte[family.addressBytes / 2 - 2];
        byte[] to = from.clone();
        in.get(from).get(to);
        source = new InetSocketAddress(IpText.address(from), in.getShort() & 0xffff);
        destination = new InetSocketAddress(IpText.address(to), in.getShort() & 0xffff);
      }
    }
    List<ProxyTlv> tlvs = tlvs(in, bytes, size);
    byte[] tls = ProxyHeader.first(tlvs, ProxyTlv.SSL);
    return new ProxyHeader(
        2, false, family.kind(), source, destination, tlvs, clientTls(tls), false);
  }

  private static SocketAddress path(ByteBuffer in) throws BadHeader {
    byte[] field = new byte[UNIX_PATH_BYTES];
    in.get(field);
    boolean isAbstract = field[0] == 0;
    int end = isAbstract ? 1 : 0;
    while (end < field.length && field[end] != 0) {
      end++;
    }
    // A name without a file begins with NUL, for which tools write @; nothing but NUL is no name.
    String name = new String(field, 0, end, UTF_8);
    String path = isAbstract ? (end == 1 ? "" : "@" + name.substring(1)) : name;
    try {
      return UnixDomainSocketAddress.of(path);
    } catch (InvalidPathException e) {
      throw new BadHeader(
          "the path of a Unix-domain socket cannot be one here: " + FirstBytes.text(field, end));
    }
  }

  private static List<ProxyTlv> tlvs(ByteBuffer in, byte[] bytes, int size) throws BadHeader {
    List<ProxyTlv> tlvs = new ArrayList<>();
    boolean checked = false;
    while (in.hasRemaining()) {
      int at = in.position();
      ProxyTlv tlv = tlv(in, "the header");
      if (tlv.type() == ProxyTlv.CRC32C) {
        if (checked) {
          throw new BadHeader("there are two checksums");
        }
        checked = true;
        verify(bytes, size, at + ProxyTlv.HEAD_BYTES, tlv);
      }
      tlvs.add(tlv);
    }
    return tlvs;
  }

  private static ProxyTlv tlv(ByteBuffer in, String where) throws BadHeader {
    if (in.remaining() < ProxyTlv.HEAD_BYTES) {
      throw new BadHeader(
          in.remaining() + " bytes at the end of " + where + " are too few for a TLV");
    }
    int type = in.get() & 0xff;
    int length = in.getShort() & 0xffff;
    if (length > in.remaining()) {
      throw new BadHeader(
          "the length "
              + length
              + " of the TLV 0x"
              + FirstBytes.hex(type)
              + " is greater than the "
              + in.remaining()
              + " bytes that "
              + where
              + " has left");
    }
    byte[] value = new byte[length];
    in.get(value);
    return new ProxyTlv(type, value);
  }

  private static void verify(byte[] bytes, int size, int at, ProxyTlv tlv) throws BadHeader {
    byte[] told = tlv.shared();
    if (told.length != CRC_BYTES) {
      throw new BadHeader("a checksum has " + told.length + " bytes in place of " + CRC_BYTES);
    }
    int expected = ByteBuffer.wrap(told).getInt();
    int computed = crc(bytes, size, at);
    if (computed != expected) {
      throw new BadHeader(
          "the checksum is 0x"
              + Integer.toHexString(expected)
              + " and should be 0x"
              + Integer.toHexString(computed));
    }
  }

  /** Returns the sum of a header in which the sum itself counts as zeros. */
  private static int crc(byte[] bytes, int size, int at) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, at);
    crc.update(new byte[CRC_BYTES]);
    crc.update(bytes, at + CRC_BYTES, size - at - CRC_BYTES);
    return (int) crc.getValue();
  }

  private static @Nullable ClientTls clientTls(byte @Nullable [] value) throws BadHeader {
    if (value == null) {
      return null;
    }
    if (value.length < ClientTls.HEAD_BYTES) {
      throw new BadHeader(
          "the TLV of TLS has "
              + value.length
              + " bytes, less than the "
              + ClientTls.HEAD_BYTES
              + " it begins with");
    }
    ByteBuffer in = ByteBuffer.wrap(value);
    int flags = in.get() & 0xff;
    int verify = in.getInt();
    List<ProxyTlv> tlvs = new ArrayList<>();
    while (in.hasRemaining()) {
      tlvs.add(tlv(in, "the TLV of TLS"));
    }
    return new ClientTls(flags, verify, tlvs);
  }

  // ---- sending

  /** Checks that two addresses can stand in one header. */
  static void checkPair(SocketAddress source, SocketAddress destination) {
    boolean inet =
        source instanceof InetSocketAddress from
            && destination instanceof InetSocketAddress to
            && !from.isUnresolved()
            && !to.isUnresolved()
            && from.getAddress().getClass() == to.getAddress().getClass();
    boolean unix =
        source instanceof UnixDomainSocketAddress from
            && destination instanceof UnixDomainSocketAddress to
            && fits(from)
            && fits(to);
    if (!inet && !unix) {
      throw new IllegalArgumentException(
          "no header can tell of a connection from " + source + " to " + destination);
    }
  }

  private static boolean fits(UnixDomainSocketAddress address) {
    return pathBytes(address).length <= UNIX_PATH_BYTES;
  }

  private static byte[] pathBytes(UnixDomainSocketAddress address) {
    return address.getPath().toString().getBytes(UTF_8);
  }

  /** Checks that a header is not too long for its length. */
  static void checkLength(ProxyHeader header) {
    int length = lengthOf(header);
    if (length > 0xffff) {
      throw new IllegalArgumentException(
          "a header with " + length + " bytes of addresses and TLVs exceeds the limit of 65535");
    }
  }

  private static int lengthOf(ProxyHeader header) {
    int length = Family.of(header).addressBytes;
    for (ProxyTlv tlv : header.tlvs()) {
      length += ProxyTlv.HEAD_BYTES + tlv.shared().length;
    }
    return header.checksum() ? length + ProxyTlv.HEAD_BYTES + CRC_BYTES : length;
  }

  static byte[] encode(ProxyHeader header) {
    int length = lengthOf(header);
    ByteBuffer out = ByteBuffer.allocate(HEAD_BYTES + length);
    out.put(SIGNATURE);
    out.put((byte) (header.isLocal() ? LOCAL : PROXY));
    out.put((byte) Family.of(header).code);
    out.putShort((short) length);
    if (header.source() instanceof InetSocketAddress from
        && header.destination() instanceof InetSocketAddress to) {
      out.put(from.getAddress().getAddress()).put(to.getAddress().getAddress());
      out.putShort((short) from.getPort()).putShort((short) to.getPort());
    } else if (header.source() instanceof UnixDomainSocketAddress from
        && header.destination() instanceof UnixDomainSocketAddress to) {
      putPath(out, from);
      putPath(out, to);
    }
    for (ProxyTlv tlv : header.tlvs()) {
      out.put((byte) tlv.type()).putShort((short) tlv.shared().length).put(tlv.shared());
    }
    byte[] bytes = out.array();
    if (header.checksum()) {
      out.put((byte) ProxyTlv.CRC32C).putShort((short) CRC_BYTES);
      out.putInt(crc(bytes, bytes.length, out.position()));
    }
    return bytes;
  }

  private static void putPath(ByteBuffer out, UnixDomainSocketAddress address) {
    int end = out.position() + UNIX_PATH_BYTES;
    out.put(pathBytes(address)).position(end);
  }
}

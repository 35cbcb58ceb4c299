// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.plywire.layers.internal.FirstBytes;
import io.plywire.layers.internal.IpText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Version 1 of the PROXY protocol: a line of text. No I/O. */
final class HeaderV1 {
  /** No header of either version is shorter. */
  static final int MIN_BYTES = "PROXY UNKNOWN\r\n".length();

  /** With the end of the line; section 2.1. */
  static final int MAX_BYTES = 107;

  static final byte[] START = "PROXY ".getBytes(ISO_8859_1);

  private static final int FIELDS = 6; // PROXY, family, two addresses, two ports
  private static final int FIRST_PORT = 4;
  private static final int LINE_END = 2;

  private HeaderV1() {}

  /**
   * Returns how many bytes are surely missing: never more than there are, so that what follows the
   * header stays where it is.
   *
   * @param bytes begins with {@link #START}
   * @param size how many there are, at least {@link #MIN_BYTES}
   */
  static int missing(byte[] bytes, int size) throws BadHeader {
    int end = indexOfEnd(bytes, size);
    boolean awaitsLineFeed = end == size - 1 && bytes[end] == '\r';
    if (end >= 0 && !awaitsLineFeed) {
      return 0;
    }
    if (size >= MAX_BYTES) {
      throw new BadHeader(
          "the line of version 1 does not end within "
              + MAX_BYTES
              + " bytes: "
              + FirstBytes.text(bytes, size));
    }
    return awaitsLineFeed ? 1 : Math.min(MAX_BYTES - size, missingFields(bytes, size));
  }

  /** Returns the least that an unfinished line lacks, judged by the fields that it has so far. */
  private static int missingFields(byte[] bytes, int size) {
    if (bytes[START.length] != 'T') {
      return LINE_END; // UNKNOWN may end anywhere
    }
    int spaces = 0;
    int inField = 0;
    for (int i = 0; i < size; i++) {
      inField++;
      if (bytes[i] == ' ') {
        spaces++;
        inField = 0;
      }
    }
    int missing = LINE_END + Math.max(0, shortest(spaces, bytes) - inField);
    for (int field = spaces + 1; field < FIELDS; field++) {
      missing += 1 + shortest(field, bytes);
    }
    return missing;
  }

  private static int shortest(int field, byte[] bytes) {
    if (field >= FIRST_PORT || field < 2) {
      return 1;
    }
    boolean v4 = bytes[START.length + 3] == '4'; // of TCP4
    return v4 ? "0.0.0.0".length() : "::".length();
  }

  /** Returns where the first CR or LF is, or -1. */
  private static int indexOfEnd(byte[] bytes, int size) {
    for (int i = 0; i < size; i++) {
      if (bytes[i] == '\r' || bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  /** Understands a line that is complete. */
  static ProxyHeader parse(byte[] bytes, int size) throws BadHeader {
    int end = indexOfEnd(bytes, size);
    if (bytes[end] != '\r' || end + 1 == size || bytes[end + 1] != '\n') {
      throw new BadHeader(
          "the line of version 1 does not end with CR LF: " + FirstBytes.text(bytes, size));
    }
    String[] fields = new String(bytes, 0, end, ISO_8859_1).split(" ", -1);
    if (fields[1].equals("UNKNOWN")) {
      return header(null, null); // whatever else the line says
    }
    boolean v4 = fields[1].equals("TCP4");
    if (!v4 && !fields[1].equals("TCP6")) {
      throw bad("names neither TCP4, TCP6 nor UNKNOWN", bytes, end);
    }
    if (fields.length != FIELDS) {
      throw bad("has " + fields.length + " fields in place of " + FIELDS, bytes, end);
    }
    InetAddress[] addresses = new InetAddress[2];
    int[] ports = new int[2];
    for (int i = 0; i < 2; i++) {
      String text = fields[2 + i];
      byte[] address = v4 ? IpText.ipv4(text) : IpText.ipv6(text);
      if (address == null) {
        throw bad("has a wrong address for " + fields[1], bytes, end);
      }
      addresses[i] = IpText.address(address);
      ports[i] = IpText.number(fields[FIRST_PORT + i], 0xffff);
      if (ports[i] < 0) {
        throw bad("has a wrong port", bytes, end);
      }
    }
    if (end + LINE_END != size) {
      throw bad("is shorter than it can be", bytes, end);
    }
    return header(
        new InetSocketAddress(addresses[0], ports[0]),
        new InetSocketAddress(addresses[1], ports[1]));
  }

  private static BadHeader bad(String what, byte[] bytes, int end) {
    return new BadHeader("the line of version 1 " + what + ": " + FirstBytes.text(bytes, end));
  }

  private static ProxyHeader header(
      @Nullable InetSocketAddress source, @Nullable InetSocketAddress destination) {
    return new ProxyHeader(
        1, false, ProxyHeader.Kind.STREAM, source, destination, List.of(), null, false);
  }

  static byte[] encode(ProxyHeader header) {
    if (!(header.source() instanceof InetSocketAddress from)
        || !(header.destination() instanceof InetSocketAddress to)) {
      return "PROXY UNKNOWN\r\n".getBytes(ISO_8859_1);
    }
    InetAddress source = from.getAddress();
    InetAddress destination = to.getAddress();
    String line =
        "PROXY TCP"
            + (source.getAddress().length == IpText.V4_BYTES ? 4 : 6)
            + " "
            + text(source)
            + " "
            + text(destination)
            + " "
            + from.getPort()
            + " "
            + to.getPort()
            + "\r\n";
    return line.getBytes(ISO_8859_1);
  }

  /** Returns an address without its zone. */
  private static String text(InetAddress address) {
    return IpText.address(address.getAddress()).getHostAddress();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.layers.internal.IpText;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of headers, without I/O. */
class ProxyHeaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  /** Reads a header in pieces, of which some bytes follow that must not be asked for. */
  private static ProxyHeader read(byte[] bytes, int max, int most) throws BadHeader {
    HeaderReader reader = new HeaderReader(max);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    while (true) {
      ByteBuffer room = reader.room();
      if (!room.hasRemaining()) {
        assertThat(in.remaining()).as("bytes left").isZero();
        return reader.header();
      }
      assertThat(room.remaining()).as("bytes asked for").isLessThanOrEqualTo(in.remaining());
      int n = Math.min(most, room.remaining());
      room.put(in.slice(in.position(), n));
      in.position(in.position() + n);
    }
  }

  private static ProxyHeader read(byte[] bytes) throws BadHeader {
    return read(bytes, ProxyOptions.DEFAULT_HEADER_MAX, Integer.MAX_VALUE);
  }

  private static ProxyHeader readLine(String line) throws BadHeader {
    return read(line.getBytes(ISO_8859_1));
  }

  /** Feeds bytes until they are refused; there may be too few of them. */
  private static String refusal(byte[] bytes) {
    HeaderReader reader = new HeaderReader(ProxyOptions.DEFAULT_HEADER_MAX);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    try {
      while (true) {
        ByteBuffer room = reader.room();
        if (!room.hasRemaining()) {
          return "accepted " + reader.header();
        }
        int n = Math.min(in.remaining(), room.remaining());
        if (n == 0) {
          return "waits for " + room.remaining() + " more";
        }
        room.put(in.slice(in.position(), n));
        in.position(in.position() + n);
      }
    } catch (BadHeader e) {
      return e.getMessage();
    }
  }

  private static InetSocketAddress address(String ip, int port) {
    return new InetSocketAddress(IpText.address(IpText.parse(ip)), port);
  }

  /** Headers of every kind. */
  static ProxyHeader[] headers() {
    InetSocketAddress v4 = address("203.0.113.7", 4711);
    InetSocketAddress v6 = address("2001:db8::7", 65535);
    ProxyHeader full =
        ProxyHeader.of(v4, address("198.51.100.1", 443))
            .with(new ProxyTlv(ProxyTlv.ALPN, "http/1.1".getBytes(UTF_8)))
            .with(new ProxyTlv(ProxyTlv.AUTHORITY, "grüße.example".getBytes(UTF_8)))
            .with(new ProxyTlv(ProxyTlv.NOOP, new byte[3]))
            .with(new ProxyTlv(0xE4, new byte[300]));
    return new ProxyHeader[] {
      ProxyHeader.of(v4, address("198.51.100.1", 0)).asVersion1(),
      ProxyHeader.of(address("1.2.3.4", 1), address("5.6.7.8", 2)).asVersion1(),
      ProxyHeader.of(v6, address("::", 443)).asVersion1(),
      ProxyHeader.of(
              address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535),
              address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535))
          .asVersion1(),
      ProxyHeader.local().asVersion1(),
      ProxyHeader.local(),
      ProxyHeader.local().withChecksum(),
      ProxyHeader.of(v4, address("198.51.100.1", 443)),
      ProxyHeader.of(v6, address("::1", 443)).withChecksum(),
      ProxyHeader.of(UnixDomainSocketAddress.of("/run/a"), UnixDomainSocketAddress.of("")),
      full,
      full.withChecksum(),
    };
  }

  @ParameterizedTest
  @MethodSource("headers")
  void readAsWrittenHoweverItIsCut(ProxyHeader written) throws BadHeader {
    byte[] bytes = written.toBytes();
    for (int most = 1; most <= bytes.length; most++) {
      ProxyHeader read = read(bytes, ProxyOptions.DEFAULT_HEADER_MAX, most);
      assertThat(read.version()).isEqualTo(written.version());
      assertThat(read.source()).isEqualTo(written.source());
      assertThat(read.destination()).isEqualTo(written.destination());
      assertThat(read.isLocal()).isEqualTo(written.version() == 2 && written.isLocal());
      if (!written.isLocal()) {
        assertThat(read.tlvs()).containsAll(written.tlvs());
        assertThat(read.tlvs()).hasSize(written.tlvs().size() + (written.checksum() ? 1 : 0));
      }
    }
  }

  /** The texts of the specification. */
  @Test
  void linesOfVersion1() throws BadHeader {
    ProxyHeader read = readLine("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n");
    assertThat(read.source()).isEqualTo(address("192.168.0.1", 56324));
    assertThat(read.destination()).isEqualTo(address("192.168.0.11", 443));
    assertThat(read.toString()).isEqualTo("v1 192.168.0.1:56324 to 192.168.0.11:443");
    assertThat(readLine("PROXY UNKNOWN\r\n").isKnown()).isFalse();
    String longest = "ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n";
    assertThat(readLine("PROXY UNKNOWN " + longest).isKnown()).isFalse();
    ProxyHeader mapped = readLine("PROXY TCP6 ::ffff:192.0.2.1 2001:DB8::1 1 2\r\n");
    assertThat(mapped.source()).isEqualTo(address("192.0.2.1", 1));
    assertThat(mapped.destination()).isEqualTo(address("2001:db8::1", 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET / HTTP/1.1\\r\\n | neither 'PROXY ' nor the signature",
        "PROXX | neither 'PROXY ' nor the signature",
        "PROXY TCP5 1.1.1.1 2.2.2.2 1 2\\r\\n | names neither TCP4, TCP6 nor UNKNOWN",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1\\r\\n123 | has 5 fields in place of 6",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\\r\\n | has 7 fields in place of 6",
        "PROXY TCP4 1.1.1.1  2.2.2.2 1 2\\r\\n | has 7 fields in place of 6",
        "PROXY TCP4 ::1 ::1 1 2\\r\\n12345678901234 | has a wrong address for TCP4",
        "PROXY TCP6 1.1.1.1 2.2.2.2 1 2\\r\\n | has a wrong address for TCP6",
        "PROXY TCP4 01.1.1.1 2.2.2.2 1 2\\r\\n | has a wrong address",
        "PROXY TCP4 256.1.1.1 2.2.2.2 1 2\\r\\n | has a wrong address",
        "PROXY TCP4 localhost 2.2.2.2 1 2\\r\\n | has a wrong address",
        "PROXY TCP6 fe80::1%eth0 ::1 1 2\\r\\n | has a wrong address",
        "PROXY TCP4 1.1.1.1 2.2.2.2 65536 2\\r\\n | has a wrong port",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 02\\r\\n | has a wrong port",
        "PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\\r\\n | has a wrong port",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\\nxx | does not end with CR LF",
        "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\\rxx | does not end with CR LF",
      })
  void wrongLines(String line, String why) {
    byte[] bytes = line.replace("\\r", "\r").replace("\\n", "\n").getBytes(ISO_8859_1);
    assertThat(refusal(bytes)).contains(why).doesNotContain("\r").doesNotContain("\n");
  }

  @Test
  void lineOfMoreThan107Bytes() {
    String start = "PROXY UNKNOWN ";
    String full = start + "x".repeat(HeaderV1.MAX_BYTES - start.length() - 2) + "\r\n";
    assertThat(refusal(full.getBytes(ISO_8859_1))).isEqualTo("accepted v1 unknown");
    for (String more : new String[] {"x\r\n", "xx\r\n", "xxx\r\n", "x".repeat(1000)}) {
      String line = full.substring(0, full.length() - 2) + more;
      assertThat(refusal(line.getBytes(ISO_8859_1)))
          .startsWith("the line of version 1 does not end within 107 bytes: 'PROXY UNKNOWN xxx");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "30 11 000c | version and command 0x30 are neither 0x20 nor 0x21",
        "11 11 000c | version and command 0x11 are neither",
        "22 11 000c | version and command 0x22 are neither",
        "21 41 000c | knows no family and transport 0x41",
        "21 13 000c | knows no family and transport 0x13",
        "21 10 000c | knows no family and transport 0x10",
        "21 01 000c | knows no family and transport 0x01",
        "21 11 000b | length of 11 is too short for the 12 bytes of the addresses of TCP4",
        "21 21 000c | length of 12 is too short for the 36 bytes of the addresses of TCP6",
        "21 31 00d7 | length of 215 is too short for the 216 bytes",
        "21 11 0ff1 | a header of 4097 bytes exceeds the limit of 4096",
        "20 00 ffff | a header of 65551 bytes exceeds the limit of 4096",
        "21 11 000d 010203040506070800500051 01 | 1 bytes at the end of the header are too few",
        "21 11 000f 010203040506070800500051 010001 | length 1 of the TLV 0x01 is greater than the 0",
        "21 11 000e 010203040506070800500051 0100 | 2 bytes at the end of the header",
        "21 00 0003 03ffff | length 65535 of the TLV 0x03 is greater",
        "21 00 0005 0300020000 | checksum has 2 bytes in place of 4",
        "21 00 0007 03000412345678 | the checksum is 0x12345678 and should be 0x",
        "21 00 0004 20000100 | TLV of TLS has 1 bytes, less than the 5",
        "21 00 000b 200008 01 00000000 220009 | length 9 of the TLV 0x22 is greater than the 0",
      })
  void wrongBlocks(String afterSignature, String why) {
    byte[] bytes = hex(SIGNATURE + afterSignature);
    assertThat(refusal(Arrays.copyOf(bytes, bytes.length + 64))).contains(why);
  }

  @Test
  void twoChecksums() throws BadHeader {
    byte[] one = ProxyHeader.local().withChecksum().toBytes();
    one[12] = 0x21;
    byte[] sum = hex("03000400000000");
    byte[] both = Arrays.copyOf(one, one.length + sum.length);
    System.arraycopy(sum, 0, both, one.length, sum.length);
    both[15] = (byte) (both[15] + sum.length);
    // The first one has to be right for that.
    String first = refusal(both);
    ByteBuffer.wrap(both)
        .putInt(19, (int) Long.parseLong(first.substring(first.lastIndexOf("0x") + 2), 16));
    assertThat(refusal(both)).isEqualTo("there are two checksums");
  }

  @Test
  void everyBitUnderTheChecksumCounts() {
    byte[] bytes = headers()[11].toBytes();
    for (int bit = 0; bit < 8 * bytes.length; bit++) {
      byte[] changed = bytes.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      if ((bit / 8 == 12 && bit % 8 == 0) || bit / 8 == bytes.length - 7) {
        continue; // LOCAL, of which nothing counts, and what makes a sum a sum
      }
      assertThat(refusal(changed)).as("bit %s", bit).doesNotStartWith("accepted");
    }
  }

  /** The example of a block that HAProxy sends with send-proxy-v2-ssl-cn. */
  @Test
  void tlsOfTheClient() throws BadHeader {
    byte[] cn = "client.example".getBytes(UTF_8);
    ByteBuffer value = ByteBuffer.allocate(200);
    value.put((byte) 7).putInt(0);
    put(value, ClientTls.VERSION, "TLSv1.3");
    put(value, ClientTls.COMMON_NAME, new String(cn, UTF_8));
    put(value, ClientTls.CIPHER, "TLS_AES_256_GCM_SHA384");
    put(value, ClientTls.SIGNATURE_ALGORITHM, "RSA-SHA256");
    put(value, ClientTls.KEY_ALGORITHM, "RSA2048");
    byte[] tls = Arrays.copyOf(value.array(), value.position());
    byte[] bytes =
        ProxyHeader.of(address("192.0.2.1", 1), address("192.0.2.2", 2))
            .with(new ProxyTlv(ProxyTlv.SSL, tls))
            .toBytes();
    ClientTls read = read(bytes).clientTls();
    assertThat(read.used()).isTrue();
    assertThat(read.certificateInConnection()).isTrue();
    assertThat(read.certificateInSession()).isTrue();
    assertThat(read.certificateVerified()).isTrue();
    assertThat(read.flags()).isEqualTo(7);
    assertThat(read.verifyResult()).isZero();
    assertThat(read.version()).isEqualTo("TLSv1.3");
    assertThat(read.commonName()).isEqualTo("client.example");
    assertThat(read.cipher()).isEqualTo("TLS_AES_256_GCM_SHA384");
    assertThat(read.signatureAlgorithm()).isEqualTo("RSA-SHA256");
    assertThat(read.keyAlgorithm()).isEqualTo("RSA2048");
    assertThat(read.tlvs()).hasSize(5);
    assertThat(new ClientTls(1, 0, List.of()).certificateVerified()).isFalse();
    assertThat(new ClientTls(7, 18, List.of()).certificateVerified()).isFalse();
  }

  private static void put(ByteBuffer out, int type, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    out.put((byte) type).putShort((short) bytes.length).put(bytes);
  }

  @Test
  void localIsTakenWithWhateverItTells() throws BadHeader {
    ProxyHeader read = read(hex(SIGNATURE + "20 ff 0005 ffffffffff"));
    assertThat(read.isLocal()).isTrue();
    assertThat(read.isKnown()).isFalse();
    assertThat(read.tlvs()).isEmpty();
  }

  @Test
  void datagramsAndAbstractNames() throws BadHeader {
    assertThat(read(hex(SIGNATURE + "21 12 000c 010203040506070800500051")).isDatagram()).isTrue();
    byte[] unix = hex(SIGNATURE + "21 31 00d8" + "00".repeat(216));
    unix[17] = 'x';
    unix[16 + 108] = '/';
    SocketAddress source = read(unix).source();
    assertThat(source).isEqualTo(UnixDomainSocketAddress.of("@x"));
    assertThat(read(unix).destination()).isEqualTo(UnixDomainSocketAddress.of("/"));
    Arrays.fill(unix, 16, unix.length, (byte) 'p'); // no NUL at the end
    assertThat(((UnixDomainSocketAddress) read(unix).source()).getPath().toString()).hasSize(108);
  }

  @Test
  void lengthsUpToTheLimit() throws BadHeader {
    ProxyHeader header =
        ProxyHeader.of(address("192.0.2.1", 1), address("192.0.2.2", 2))
            .with(new ProxyTlv(0xE0, new byte[65535 - 12 - 3]));
    byte[] bytes = header.toBytes();
    assertThat(read(bytes, HeaderV2.MAX_BYTES, 1000).tlvs()).hasSize(1);
    assertThatThrownBy(() -> read(bytes, HeaderV2.MAX_BYTES - 1, 1000))
        .hasMessage("a header of 65551 bytes exceeds the limit of 65550");
    assertThatThrownBy(() -> header.with(new ProxyTlv(1, new byte[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("65538");
  }

  @Test
  void whatCannotBeWritten() {
    InetSocketAddress v4 = address("192.0.2.1", 1);
    InetSocketAddress v6 = address("2001:db8::1", 1);
    UnixDomainSocketAddress unix = UnixDomainSocketAddress.of("/x");
    InetSocketAddress unresolved = InetSocketAddress.createUnresolved("x", 1);
    for (SocketAddress other : new SocketAddress[] {v6, unix, unresolved}) {
      assertThatThrownBy(() -> ProxyHeader.of(v4, other))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> ProxyHeader.of(unix, UnixDomainSocketAddress.of("x".repeat(109))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProxyHeader.of(unix, unix).asVersion1())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProxyHeader.local().withChecksum().asVersion1())
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ProxyHeader.local().with(new ProxyTlv(ProxyTlv.CRC32C, new byte[4])))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ProxyTlv(256, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Whatever comes, it is accepted, refused or waited for, and nothing else is thrown. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomlyChangedHeaders(long seed) {
    Random random = new Random(seed);
    ProxyHeader[] headers = headers();
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = headers[random.nextInt(headers.length)].toBytes();
      int changes = 1 + random.nextInt(3);
      for (int k = 0; k < changes; k++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      assertThat(refusal(bytes)).as("seed %s, round %s", seed, i).isNotEmpty();
    }
  }
}

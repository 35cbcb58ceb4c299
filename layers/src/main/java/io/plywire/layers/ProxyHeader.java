// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the PROXY protocol says at the beginning of a connection: who has connected to the balancer,
 * and to which of its addresses. Immutable.
 *
 * {@snippet :
 * ProxyHeader header =
 *     ProxyHeader.of(client, balancer).with(new ProxyTlv(ProxyTlv.AUTHORITY, name)).withChecksum();
 * }
 *
 * @see ProxyProtocol
 * @see <a href="https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
public final class ProxyHeader {
  /** What an address of a datagram protocol, such as QUIC, is told by. */
  enum Kind {
    STREAM,
    DATAGRAM
  }

  private static final ProxyHeader LOCAL =
      new ProxyHeader(2, true, Kind.STREAM, null, null, List.of(), null, false);

  private final int version;
  private final boolean local;
  private final Kind kind;
  private final @Nullable SocketAddress source;
  private final @Nullable SocketAddress destination;
  private final List<ProxyTlv> tlvs;
  private final @Nullable ClientTls clientTls;
  private final boolean checksum; // to be written

  ProxyHeader(
      int version,
      boolean local,
      Kind kind,
      @Nullable SocketAddress source,
      @Nullable SocketAddress destination,
      List<ProxyTlv> tlvs,
      @Nullable ClientTls clientTls,
      boolean checksum) {
    this.version = version;
    this.local = local;
    this.kind = kind;
    this.source = source;
    this.destination = destination;
    this.tlvs = List.copyOf(tlvs);
    this.clientTls = clientTls;
    this.checksum = checksum;
  }

  // ---- to be written

  /**
   * Returns the header of a connection that relays nobody, such as a health check: the command
   * LOCAL of version 2.
   */
  public static ProxyHeader local() {
    return LOCAL;
  }

  /**
   * Returns the header of a connection that is relayed, in version 2.
   *
   * @param source who has connected
   * @param destination to what
   * @throws IllegalArgumentException if they are neither two addresses of one IP version nor two of
   *     Unix-domain sockets
   */
  public static ProxyHeader of(SocketAddress source, SocketAddress destination) {
    HeaderV2.checkPair(source, destination);
    return new ProxyHeader(2, false, Kind.STREAM, source, destination, List.of(), null, false);
  }

  /**
   * Returns the same in version 1, a line of text. What is {@linkplain #isKnown not known} becomes
   * UNKNOWN there.
   *
   * @throws IllegalArgumentException if it has what a line cannot tell: addresses of Unix-domain
   *     sockets, TLVs, a checksum
   */
  public ProxyHeader asVersion1() {
    if (source instanceof UnixDomainSocketAddress || !tlvs.isEmpty() || checksum) {
      throw new IllegalArgumentException("version 1 cannot tell " + this);
    }
    return new ProxyHeader(1, local, kind, source, destination, tlvs, null, false);
  }

  /**
   * Returns a copy that tells more, in version 2.
   *
   * @param tlv comes after what was told so far
   * @throws IllegalArgumentException in version 1, for {@link ProxyTlv#CRC32C}, and if the header
   *     gets too long
   */
  public ProxyHeader with(ProxyTlv tlv) {
    Objects.requireNonNull(tlv, "tlv");
    if (version == 1) {
      throw new IllegalArgumentException("version 1 cannot tell a " + tlv);
    }
    if (tlv.type() == ProxyTlv.CRC32C) {
      throw new IllegalArgumentException("the checksum is computed: withChecksum()");
    }
    List<ProxyTlv> more = new ArrayList<>(tlvs);
    more.add(tlv);
    ProxyHeader longer =
        new ProxyHeader(2, local, kind, source, destination, more, clientTls, checksum);
    HeaderV2.checkLength(longer);
    return longer;
  }

  /**
   * Returns a copy that ends with a checksum of itself, in version 2.
   *
   * @throws IllegalArgumentException in version 1, and if the header gets too long
   */
  public ProxyHeader withChecksum() {
    if (version == 1) {
      throw new IllegalArgumentException("version 1 has no checksum");
    }
    ProxyHeader longer =
        new ProxyHeader(2, local, kind, source, destination, tlvs, clientTls, true);
    HeaderV2.checkLength(longer);
    return longer;
  }

  /** Returns whether a checksum is to be computed. */
  boolean checksum() {
    return checksum;
  }

  /** Returns the bytes of this header. */
  public byte[] toBytes() {
    return version == 1 ? HeaderV1.encode(this) : HeaderV2.encode(this);
  }

  // ---- as received

  /** Returns the version of the protocol, 1 or 2. */
  public int version() {
    return version;
  }

  /** Returns whether the connection relays nobody: the command LOCAL of version 2. */
  public boolean isLocal() {
    return local;
  }

  /**
   * Returns whether the header tells addresses. LOCAL, UNKNOWN and a family that is not specified
   * do not, and the connection's own count then.
   */
  public boolean isKnown() {
    return source != null;
  }

  /** Returns whether the client came by datagrams, such as those of QUIC, to the balancer. */
  public boolean isDatagram() {
    return kind == Kind.DATAGRAM;
  }

  /** Returns who has connected to the balancer, or null if that is not known. */
  public @Nullable SocketAddress source() {
    return source;
  }

  /** Returns to which address of the balancer, or null if that is not known. */
  public @Nullable SocketAddress destination() {
    return destination;
  }

  /** Returns what else is told, in order and with everything that is not known here. */
  public List<ProxyTlv> tlvs() {
    return tlvs;
  }

  /**
   * Returns the value of the first TLV of a type, or null.
   *
   * @param type from 0 to 255
   */
  public byte @Nullable [] tlv(int type) {
    byte[] value = first(tlvs, type);
    return value == null ? null : value.clone();
  }

  /** Returns what is known of the client's TLS, or null if nothing is. */
  public @Nullable ClientTls clientTls() {
    return clientTls;
  }

  static byte @Nullable [] first(List<ProxyTlv> tlvs, int type) {
    for (ProxyTlv tlv : tlvs) {
      if (tlv.type() == type) {
        return tlv.shared();
      }
    }
    return null;
  }

  /** Shows an address as people write it. */
  static String show(@Nullable SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      String host = inet.getAddress().getHostAddress();
      return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
    }
    return address == null ? "unknown" : "unix:" + address;
  }

  /** Tells the version and the addresses, and nothing of the TLVs' values. */
  @Override
  public String toString() {
    return "v"
        + version
        + (local
            ? " local"
            : isKnown() ? " " + show(source) + " to " + show(destination) : " unknown")
        + (tlvs.isEmpty() ? "" : ", " + tlvs.size() + " TLVs");
  }
}

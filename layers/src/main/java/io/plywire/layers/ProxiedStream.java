// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.transport.PeerAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose peer is a balancer that has told whom it relays. It passes everything on to the
 * stream below, and tells the addresses that count:
 *
 * {@snippet :
 * SocketAddress client = ws.nextLayer().layer(PeerAddress.class).remoteAddress(); // not the balancer's
 * ProxiedStream proxied = ws.nextLayer().layer(ProxiedStream.class);
 * SocketAddress balancer = proxied.connection().remoteAddress();
 * String sni = proxied.authority();
 * }
 *
 * <p>Thread safety: every method may be called by any thread.
 *
 * @see ProxyProtocol
 */
public final class ProxiedStream extends ForwardingStream implements PeerAddress {
  private final ProxyHeader header;

  ProxiedStream(AsyncStream next, ProxyHeader header) {
    super(next);
    this.header = header;
  }

  /** Returns what the balancer told. */
  public ProxyHeader header() {
    return header;
  }

  /**
   * Returns the addresses of the connection itself, between the balancer and this side, as the
   * layers below tell them; null if none does.
   */
  public @Nullable PeerAddress connection() {
    return next().layer(PeerAddress.class);
  }

  /**
   * Returns the address of the client: the source that the header tells, or the connection's own if
   * it {@linkplain ProxyHeader#isKnown tells none}.
   *
   * @throws IllegalStateException if no layer below tells one either; {@link #layer} does not find
   *     this stream by {@link PeerAddress} then
   */
  @Override
  public SocketAddress remoteAddress() {
    SocketAddress source = header.source();
    return source != null ? source : own().remoteAddress();
  }

  /**
   * Returns the address that the client has connected to: the destination that the header tells, or
   * the connection's own.
   *
   * @throws IllegalStateException if no layer below tells one either
   */
  @Override
  public SocketAddress localAddress() {
    SocketAddress destination = header.destination();
    return destination != null ? destination : own().localAddress();
  }

  private PeerAddress own() {
    PeerAddress own = connection();
    if (own == null) {
      throw new IllegalStateException("neither the header nor a layer below tells one: " + this);
    }
    return own;
  }

  /** Returns the version of the protocol, 1 or 2. */
  public int version() {
    return header.version();
  }

  /** Returns all that the header tells besides, in order. */
  public List<ProxyTlv> tlvs() {
    return header.tlvs();
  }

  /** Returns the application protocol that the client and the balancer agreed on, or null. */
  public @Nullable String alpn() {
    byte[] value = header.tlv(ProxyTlv.ALPN);
    return value == null ? null : new String(value, StandardCharsets.ISO_8859_1);
  }

  /** Returns the host name that the client asked for, by SNI as a rule, or null. */
  public @Nullable String authority() {
    byte[] value = header.tlv(ProxyTlv.AUTHORITY);
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  /** Returns what the balancer calls the connection, or null. */
  public byte @Nullable [] uniqueId() {
    return header.tlv(ProxyTlv.UNIQUE_ID);
  }

  /** Returns what is known of the client's TLS, or null if nothing is. */
  public @Nullable ClientTls clientTls() {
    return header.clientTls();
  }

  /** As everywhere, except that addresses nobody has told here are looked for below. */
  @Override
  public <T> @Nullable T layer(Class<T> type) {
    return type == PeerAddress.class && !header.isKnown() ? next().layer(type) : super.layer(type);
  }

  /** Names the client's address and all layers below. */
  @Override
  public String toString() {
    return "proxy-protocol[" + header + "] over " + next();
  }
}

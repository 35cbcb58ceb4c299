// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.spi.Availability;
import io.plywire.spi.LayerProvider;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * The PROXY protocol of HAProxy, versions 1 and 2: a header at the beginning of a connection in
 * which a balancer tells whom it relays. It stands right above the transport, below TLS.
 *
 * <p>A server reads exactly one header, from peers that {@link ProxyOptions#TRUSTED} names, and
 * goes on with a {@link ProxiedStream}, which begins with the first byte after the header. Nothing
 * is read beyond the header and nothing is copied afterwards; until the first byte comes no memory
 * is held. A client writes a header, {@link ProxyOptions#HEADER}, and goes on with the stream below
 * as it is.
 *
 * <p>Every failure closes the stream below:
 *
 * <ul>
 *   <li>{@link io.plywire.stream.StreamError#HANDSHAKE}: the peer is not trusted;
 *   <li>{@link io.plywire.stream.StreamError#PROTOCOL}: what came is no header, with the values
 *       that are wrong; it is told as early as possible, so that a client that has found its way
 *       past the balancer need not run into the deadline;
 *   <li>{@link io.plywire.stream.StreamError#TIMEOUT}: it did not come in {@link
 *       ProxyOptions#TIMEOUT};
 *   <li>{@link io.plywire.stream.StreamError#EOF}: the peer ended first, as health checks do that
 *       only connect;
 *   <li>what the stream below reports;
 *   <li>{@link io.plywire.stream.StreamError#ABORTED}: the operation was cancelled, with any type.
 * </ul>
 *
 * <p>The header is as trustworthy as the way from the balancer: nothing in it is signed, and its
 * checksum is against accidents.
 *
 * @see <a href="https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt">The PROXY protocol</a>
 */
public final class ProxyProtocol implements LayerProvider {
  /** For {@link java.util.ServiceLoader} and for use without it. */
  public ProxyProtocol() {}

  @Override
  public String name() {
    return "proxy-protocol";
  }

  @Override
  public String layer() {
    return "proxy-protocol";
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Availability availability() {
    return Availability.yes("versions 1 and 2");
  }

  /** Returns all that a layer can pass on; it holds as far as the stream below has it. */
  @Override
  public Set<Trait> traits() {
    return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
  }

  @Override
  public void check(Role role, TransportOptions options) {
    timeout(options);
    headerMax(options);
    if (role == Role.SERVER) {
      trusted(options);
    }
  }

  @Override
  public void asyncWrap(
      AsyncStream next,
      Role role,
      Endpoint endpoint,
      TransportOptions options,
      Handler<AsyncStream> handler) {
    Objects.requireNonNull(next, "next");
    Duration timeout = timeout(options);
    if (role == Role.CLIENT) {
      ProxyHeader header = options.get(ProxyOptions.HEADER);
      new SendHeader(next, header == null ? ProxyHeader.local() : header, timeout, handler)
          .initiate();
      return;
    }
    boolean passes = Boolean.TRUE.equals(options.get(ProxyOptions.PASS_UNTRUSTED));
    new ReceiveHeader(next, trusted(options), passes, headerMax(options), timeout, handler)
        .initiate();
  }

  private static TrustedPeers trusted(TransportOptions options) {
    TrustedPeers trusted = options.get(ProxyOptions.TRUSTED);
    if (trusted == null) {
      throw new IllegalArgumentException(
          "a server needs to know its balancers: set the option " + ProxyOptions.TRUSTED);
    }
    return trusted;
  }

  private static int headerMax(TransportOptions options) {
    Integer chosen = options.get(ProxyOptions.HEADER_MAX);
    int max = chosen == null ? ProxyOptions.DEFAULT_HEADER_MAX : chosen;
    if (max < HeaderV1.MAX_BYTES || max > HeaderV2.MAX_BYTES) {
      throw new IllegalArgumentException(
          "the option "
              + ProxyOptions.HEADER_MAX
              + " is "
              + max
              + ", not between "
              + HeaderV1.MAX_BYTES
              + " and "
              + HeaderV2.MAX_BYTES);
    }
    return max;
  }

  private static Duration timeout(TransportOptions options) {
    Duration chosen = options.get(ProxyOptions.TIMEOUT);
    Duration timeout = chosen == null ? ProxyOptions.DEFAULT_TIMEOUT : chosen;
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "the option " + ProxyOptions.TIMEOUT + " is negative: " + Durations.text(timeout));
    }
    return timeout;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.spi.Availability;
import io.plywire.transport.TransportOptions;
import java.util.Objects;

/**
 * A tunnel through a SOCKS4 proxy that knows the extension 4a, for a client. The user id is the
 * name of {@link TunnelOptions#CREDENTIALS}, which have no password here. It stands right above the
 * transport that is connected to the proxy, and below TLS. Names are sent to the proxy, and so are
 * IPv6 addresses, as texts, which not every proxy takes; IPv4 addresses are sent as such.
 *
 * <p>The reply is read whole and not a byte more, so the stream on top is the one below. Failures
 * are those of {@link HttpConnect}; the status of a {@link ProxyException} is the reply of SOCKS.
 */
public final class Socks4a extends TunnelLayer {
  /** Asks as the options of the call say; for {@link java.util.ServiceLoader}. */
  public Socks4a() {
    super(null);
  }

  /**
   * Asks as these options say, whatever those of the call are.
   *
   * @param own those of {@link TunnelOptions} that are set
   */
  public Socks4a(TransportOptions own) {
    super(Objects.requireNonNull(own, "own"));
  }

  @Override
  public String layer() {
    return "socks4a";
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Availability availability() {
    return Availability.yes("CONNECT of SOCKS4a");
  }

  @Override
  void checkClient(TransportOptions options) {
    ProxyCredentials credentials = TunnelOptions.credentials(options);
    if (credentials != null && !credentials.password().isEmpty()) {
      throw new IllegalArgumentException(
          "SOCKS4a has no passwords; the option "
              + TunnelOptions.CREDENTIALS
              + " is ProxyCredentials.user(id) there");
    }
  }

  @Override
  Conversation conversation(Target target, TransportOptions options) {
    return new Socks4aConversation(target, TunnelOptions.credentials(options));
  }
}

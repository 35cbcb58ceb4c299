// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.plywire.spi.Availability;
import io.plywire.transport.TransportOptions;
import java.util.Objects;

/**
 * A tunnel through a SOCKS5 proxy (RFC 1928), for a client, without authentication or with the name
 * and the password of {@link TunnelOptions#CREDENTIALS} (RFC 1929), whichever the proxy wants. It
 * stands right above the transport that is connected to the proxy, and below TLS. Names are sent to
 * the proxy, which looks them up; IP addresses are sent as such.
 *
 * <p>The reply is read whole and not a byte more, so the stream on top is the one below. Failures
 * are those of {@link HttpConnect}; the status of a {@link ProxyException} is the reply of SOCKS.
 */
public final class Socks5 extends TunnelLayer {
  /** Asks as the options of the call say; for {@link java.util.ServiceLoader}. */
  public Socks5() {
    super(null);
  }

  /**
   * Asks as these options say, whatever those of the call are.
   *
   * @param own those of {@link TunnelOptions} that are set
   */
  public Socks5(TransportOptions own) {
    super(Objects.requireNonNull(own, "own"));
  }

  @Override
  public String layer() {
    return "socks5";
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Availability availability() {
    return Availability.yes("CONNECT of SOCKS5, with name and password");
  }

  @Override
  void checkClient(TransportOptions options) {
    ProxyCredentials credentials = TunnelOptions.credentials(options);
    if (credentials != null) {
      requireShort("user name", credentials.user());
      requireShort("password", credentials.password());
    }
  }

  private static void requireShort(String what, String text) {
    int length = text.getBytes(UTF_8).length;
    if (length > Socks5Conversation.MAX_TEXT) {
      throw new IllegalArgumentException(
          "the "
              + what
              + " for a proxy has "
              + length
              + " bytes; SOCKS5 can say "
              + Socks5Conversation.MAX_TEXT);
    }
  }

  @Override
  Conversation conversation(Target target, TransportOptions options) {
    return new Socks5Conversation(target, TunnelOptions.credentials(options));
  }
}

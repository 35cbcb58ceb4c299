// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.spi.Availability;
import io.plywire.transport.TransportOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel through an HTTP proxy: CONNECT (RFC 9110, section 9.3.6), for a client. It stands right
 * above the transport that is connected to the proxy, or above TLS with the proxy, and below TLS
 * with the server. The proxy looks up the name of the server.
 *
 * <p>The head of the answer is read and not a byte more, so the stream on top is the one below, and
 * what the server says first is where it belongs. A {@code 407} is answered once if there are
 * {@link TunnelOptions#CREDENTIALS}: by Digest (RFC 7616) with the strongest hash that is offered,
 * otherwise by Basic (RFC 7617); on the same connection, if the proxy keeps it open.
 *
 * <p>Every failure closes the stream below:
 *
 * <ul>
 *   <li>{@link ProxyException}: what the proxy has answered, with its status;
 *   <li>{@link io.plywire.stream.StreamError#TIMEOUT}: it took longer than {@link
 *       TunnelOptions#TIMEOUT};
 *   <li>{@link io.plywire.stream.StreamError#EOF}: the proxy ended first;
 *   <li>what the stream below reports;
 *   <li>{@link io.plywire.stream.StreamError#ABORTED}: the operation was cancelled, with any type.
 * </ul>
 */
public final class HttpConnect extends TunnelLayer {
  /** Asks as the options of the call say; for {@link java.util.ServiceLoader}. */
  public HttpConnect() {
    super(null);
  }

  /**
   * Asks as these options say, whatever those of the call are.
   *
   * @param own those of {@link TunnelOptions} that are set
   */
  public HttpConnect(TransportOptions own) {
    super(Objects.requireNonNull(own, "own"));
  }

  @Override
  public String layer() {
    return "http-connect";
  }

  @Override
  public int spiVersion() {
    return 1;
  }

  @Override
  public Availability availability() {
    return Availability.yes("CONNECT of HTTP/1.1, with Basic and Digest");
  }

  @Override
  void checkClient(TransportOptions options) {
    TunnelOptions.headMax(options);
    ProxyCredentials credentials = TunnelOptions.credentials(options);
    if (isPreemptive(options)) {
      if (credentials == null) {
        throw new IllegalArgumentException(
            "the option " + TunnelOptions.PREEMPTIVE + " needs " + TunnelOptions.CREDENTIALS);
      }
      if (!BasicAnswer.fits(credentials)) {
        throw new IllegalArgumentException(
            "the user name for a proxy has a colon, which Basic cannot say");
      }
    }
    if (credentials != null && fields(options).has("Proxy-Authorization")) {
      throw new IllegalArgumentException(
          "the options "
              + TunnelOptions.CREDENTIALS
              + " and "
              + TunnelOptions.FIELDS
              + " both say who the client is");
    }
  }

  private static boolean isPreemptive(TransportOptions options) {
    return Boolean.TRUE.equals(options.get(TunnelOptions.PREEMPTIVE));
  }

  private static TunnelFields fields(TransportOptions options) {
    TunnelFields chosen = options.get(TunnelOptions.FIELDS);
    return chosen == null ? TunnelFields.NONE : chosen;
  }

  @Override
  Conversation conversation(Target target, TransportOptions options) {
    Challenge known = options.get(TunnelOptions.CHALLENGE);
    @Nullable Challenge first = known == null && isPreemptive(options) ? Challenge.basic() : known;
    return new ConnectConversation(
        target,
        TunnelOptions.credentials(options),
        first,
        fields(options),
        TunnelOptions.headMax(options));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.spi.Discovery;
import io.plywire.spi.LayerProvider;
import io.plywire.transport.Endpoint;
import io.plywire.transport.LayerOption;
import io.plywire.transport.TransportOptions;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A proxy, with all that it takes to get through it: where it is, what is said to it, and the
 * options for that, which nothing else gets to see. {@link #direct} stands for none.
 *
 * {@snippet :
 * Proxy proxy = Proxy.https("proxy.example", 3129).withCredentials("user", "password");
 * transport.asyncConnect(proxy.connectsTo(server), options, handler);
 * // then, in order, on that stream, each for the server: proxy.layers(discovery)
 * // then TLS with the server
 * }
 *
 * <p>Immutable, and shown without credentials.
 */
public final class Proxy {
  /** What is spoken with a proxy. */
  public enum Kind {
    /** Nothing: there is no proxy. */
    DIRECT(-1),
    /** {@link HttpConnect}. */
    HTTP(80),
    /** {@link HttpConnect}, over TLS with the proxy. */
    HTTPS(443),
    /** {@link Socks5}. */
    SOCKS5(1080),
    /** {@link Socks4a}. */
    SOCKS4A(1080);

    private final int port;

    Kind(int port) {
      this.port = port;
    }

    /** Returns the port of a proxy whose URI has none. */
    int port() {
      return port;
    }

    /** Returns the scheme of the URI. */
    String scheme() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Proxy DIRECT = new Proxy(Kind.DIRECT, null, TransportOptions.defaults());

  private final Kind kind;
  private final @Nullable Endpoint endpoint;
  private final TransportOptions options;

  private Proxy(Kind kind, @Nullable Endpoint endpoint, TransportOptions options) {
    this.kind = kind;
    this.endpoint = endpoint;
    this.options = options;
  }

  static Proxy of(Kind kind, String host, int port) {
    if (port == 0) {
      throw new IllegalArgumentException("port 0 is none that a proxy can be reached at");
    }
    return new Proxy(kind, new Endpoint("ws", false, host, port, "/"), TransportOptions.defaults());
  }

  /** Returns what stands for no proxy. */
  public static Proxy direct() {
    return DIRECT;
  }

  /**
   * Makes an HTTP proxy, which is told in plain text where to connect, and who the client is.
   *
   * @param host its name or address
   * @param port its port
   * @throws IllegalArgumentException if that is no host or no port
   */
  public static Proxy http(String host, int port) {
    return of(Kind.HTTP, host, port);
  }

  /**
   * Makes an HTTP proxy that TLS is spoken with, for which there has to be a layer {@code tls}. Its
   * certificate must be for this host; {@link #with} sets how TLS is done.
   *
   * @param host its name or address
   * @param port its port
   * @throws IllegalArgumentException if that is no host or no port
   */
  public static Proxy https(String host, int port) {
    return of(Kind.HTTPS, host, port);
  }

  /**
   * Makes a SOCKS5 proxy, which looks up names.
   *
   * @param host its name or address
   * @param port its port
   * @throws IllegalArgumentException if that is no host or no port
   */
  public static Proxy socks5(String host, int port) {
    return of(Kind.SOCKS5, host, port);
  }

  /**
   * Makes a SOCKS4a proxy, which looks up names.
   *
   * @param host its name or address
   * @param port its port
   * @throws IllegalArgumentException if that is no host or no port
   */
  public static Proxy socks4a(String host, int port) {
    return of(Kind.SOCKS4A, host, port);
  }

  /**
   * Takes a proxy from its URI: {@code http}, {@code https}, {@code socks5} or {@code socks5h},
   * which are the same here, or {@code socks4a}, a host, and a port unless it is 80, 443 or 1080.
   * Name and password may stand before the host, percent-encoded.
   *
   * @param uri such as {@code http://user:password@proxy.example:3128}
   * @throws IllegalArgumentException if it is none of these; the message does not quote it
   */
  public static Proxy of(URI uri) {
    return parse(uri.toString());
  }

  /**
   * Takes a proxy from the text of its URI, the scheme of which may be missing and is {@code http}
   * then.
   *
   * @param text such as {@code proxy.example:3128}
   * @throws IllegalArgumentException if it is none; the message does not quote it
   */
  public static Proxy parse(String text) {
    return ProxyParser.parse(text);
  }

  /**
   * Returns a copy that says who the client is.
   *
   * @param user the name
   * @param password the password; empty for SOCKS4a
   * @throws IllegalArgumentException as {@link ProxyCredentials#of} does
   */
  public Proxy withCredentials(String user, String password) {
    return with(TunnelOptions.CREDENTIALS, ProxyCredentials.of(user, password));
  }

  /**
   * Returns a copy with an option set, for what is said to this proxy only: one of {@link
   * TunnelOptions}, or of TLS with the proxy.
   *
   * @param <T> the type of the value
   * @param option which one
   * @param value its value
   * @throws IllegalStateException if this stands for no proxy
   */
  public <T> Proxy with(LayerOption<T> option, T value) {
    if (kind == Kind.DIRECT) {
      throw new IllegalStateException("there is no proxy that " + option + " could be for");
    }
    return new Proxy(kind, endpoint, options.with(option, value));
  }

  /** Returns what is spoken with it. */
  public Kind kind() {
    return kind;
  }

  /**
   * Returns where the transport has to connect to: to the proxy, or to the target if there is none.
   *
   * @param target what the application wants to talk to
   */
  public Endpoint connectsTo(Endpoint target) {
    Objects.requireNonNull(target, "target");
    return endpoint == null ? target : endpoint;
  }

  /**
   * Returns what has to stand on the connection to the proxy, the lowest first and below TLS with
   * the server; nothing if there is no proxy. The layers have this proxy's options and need no
   * others; they are called with the target as the endpoint.
   *
   * @param discovery where TLS is found, for {@link #https}
   * @throws io.plywire.spi.ProviderException if TLS is needed and not there
   */
  public List<LayerProvider> layers(Discovery discovery) {
    Endpoint proxy = endpoint;
    if (proxy == null) {
      return List.of();
    }
    return switch (kind) {
      case SOCKS5 -> List.of(new Socks5(options));
      case SOCKS4A -> List.of(new Socks4a(options));
      case HTTPS ->
          List.of(new ProxyTls(discovery.layer("tls"), proxy, options), new HttpConnect(options));
      default -> List.of(new HttpConnect(options));
    };
  }

  /**
   * Returns how to go on after a failure that a new connection with credentials can mend: {@link
   * ProxyError#NEW_CONNECTION_NEEDED}. It sends at once what the proxy has asked for, on every
   * connection, so keep it. Try it once for each connection that is wanted: a proxy may want to
   * have another nonce answered on yet another connection.
   *
   * @param failure how asking this proxy has ended
   * @return the same proxy, knowing what it asks for; null if a new connection would not help
   */
  public @Nullable Proxy after(ProxyException failure) {
    Challenge challenge = failure.challenge();
    return challenge == null || options.get(TunnelOptions.CREDENTIALS) == null
        ? null
        : with(TunnelOptions.CHALLENGE, challenge);
  }

  /** Returns the URI without credentials, or {@code direct}. */
  @Override
  public String toString() {
    return endpoint == null
        ? "direct"
        : endpoint.toString().replaceFirst("^ws:(.*)/$", kind.scheme() + ":$1");
  }
}

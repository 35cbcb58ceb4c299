// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.spi.Discovery;
import io.plywire.spi.Route;
import io.plywire.transport.Endpoint;
import java.net.ProxySelector;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Tells by which proxies a target is reached. Nothing is taken from the system or from the
 * environment unless one of these is asked for that.
 */
@FunctionalInterface
public interface ProxySelection {
  /**
   * Returns the ways to a target in the order in which they are to be tried; never empty. {@link
   * Proxy#direct} is among them where no proxy is needed.
   *
   * @param target what the application wants to talk to
   */
  List<Proxy> proxiesFor(Endpoint target);

  /**
   * Returns the ways to endpoints through these proxies, for a client: {@code
   * WebSocketClient.builder().routes(selection.routes(discovery))}. They remember what a proxy has
   * asked for, so keep them.
   *
   * @param discovery where TLS is found, for proxies that it is spoken with
   */
  default Function<Endpoint, List<Route>> routes(Discovery discovery) {
    return new ProxyRoutes(this, discovery);
  }

  /**
   * Selects the same for all targets.
   *
   * @param proxies in the order in which they are to be tried
   * @throws IllegalArgumentException if there are none
   */
  static ProxySelection always(Proxy... proxies) {
    List<Proxy> all = List.of(proxies);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("there is no proxy; Proxy.direct() stands for none");
    }
    return target -> all;
  }

  /**
   * Selects what the environment of this process says, see {@link #environment(Map)}.
   *
   * @throws IllegalArgumentException if a variable names no proxy
   */
  static ProxySelection environment() {
    return environment(System.getenv());
  }

  /**
   * Selects what variables of an environment say; each may be written in lower case, too, which
   * comes first.
   *
   * <ul>
   *   <li>{@code HTTPS_PROXY} is for secure targets, {@code HTTP_PROXY} for others, and {@code
   *       ALL_PROXY} where there is none: texts as {@link Proxy#parse} takes them. {@code
   *       HTTP_PROXY} in upper case does not count where {@code REQUEST_METHOD} is set, for it may
   *       be what a client has sent to a program by CGI.
   *   <li>{@code NO_PROXY} has what is reached without: parted by commas or spaces, names of hosts,
   *       which stand for what is below them, too, with or without a dot or {@code *.} before them;
   *       IP addresses; blocks of them such as {@code 10.0.0.0/8}; each with a port behind a colon
   *       or without; or {@code *} for everything. No name is looked up for that.
   *   <li>{@code localhost} and addresses of the loopback interface are reached without.
   * </ul>
   *
   * @param variables by their names
   * @throws IllegalArgumentException if a variable names no proxy; the message does not quote it
   */
  static ProxySelection environment(Map<String, String> variables) {
    return new EnvironmentSelection(variables);
  }

  /**
   * Selects what a selector of the JDK says, which is asked for an {@code http} or {@code https}
   * URI. Credentials are not its business. It is asked in the call, and may block, so ask on a
   * thread that may.
   *
   * @param selector such as {@link ProxySelector#getDefault}
   */
  static ProxySelection of(ProxySelector selector) {
    Objects.requireNonNull(selector, "selector");
    return target -> JdkSelection.ask(selector, target);
  }
}

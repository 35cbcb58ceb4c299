// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.layers.internal.IpText;
import io.plywire.transport.Endpoint;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the variables of an environment say; they are read once. */
final class EnvironmentSelection implements ProxySelection {
  private static final List<Proxy> DIRECT = List.of(Proxy.direct());

  private final List<Proxy> secure;
  private final List<Proxy> plain;
  private final NoProxy without;

  EnvironmentSelection(Map<String, String> variables) {
    List<Proxy> all = proxy(variables, "ALL_PROXY", DIRECT);
    boolean maybeSentByClient = variables.containsKey("REQUEST_METHOD");
    this.secure = proxy(variables, "HTTPS_PROXY", all);
    this.plain = proxy(variables, maybeSentByClient ? "http_proxy" : "HTTP_PROXY", all);
    Variable exceptions = find(variables, "NO_PROXY");
    this.without = NoProxy.parse(exceptions == null ? "" : exceptions.value());
  }

  /** A variable with the name that it is written with. */
  private record Variable(String name, String value) {}

  private static @Nullable Variable find(Map<String, String> variables, String name) {
    for (String each : new String[] {name.toLowerCase(Locale.ROOT), name}) {
      String value = variables.get(each);
      if (value != null && !value.isBlank()) {
        return new Variable(each, value.strip());
      }
    }
    return null;
  }

  private static List<Proxy> proxy(
      Map<String, String> variables, String name, List<Proxy> otherwise) {
    Variable found = find(variables, name);
    if (found == null) {
      return otherwise;
    }
    try {
      return List.of(Proxy.parse(found.value()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the variable " + found.name() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<Proxy> proxiesFor(Endpoint target) {
    if (target.port() < 0 || isLocal(target.host()) || without.has(target.host(), target.port())) {
      return DIRECT;
    }
    return target.secure() ? secure : plain;
  }

  private static boolean isLocal(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    byte[] address = IpText.parse(host);
    return address == null
        ? name.equals("localhost") || name.endsWith(".localhost")
        : IpText.address(address).isLoopbackAddress();
  }

  @Override
  public String toString() {
    return "secure by " + secure + ", others by " + plain + ", without " + without;
  }
}

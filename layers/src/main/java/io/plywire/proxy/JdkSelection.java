// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.transport.Endpoint;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks a selector of the JDK, which knows other types. */
final class JdkSelection {
  private JdkSelection() {}

  static List<Proxy> ask(ProxySelector selector, Endpoint target) {
    if (target.port() < 0) {
      return List.of(Proxy.direct()); // a file, or something in this JVM
    }
    String scheme = target.secure() ? "https" : "http";
    URI uri = URI.create(scheme + "://" + Target.of(target) + "/");
    List<Proxy> ways = new ArrayList<>();
    @Nullable List<java.net.Proxy> selected = selector.select(uri); // null, against its contract
    for (java.net.Proxy each : selected == null ? List.<java.net.Proxy>of() : selected) {
      if (each.type() == java.net.Proxy.Type.DIRECT) {
        ways.add(Proxy.direct());
      } else if (each.address() instanceof InetSocketAddress address) {
        Proxy.Kind kind =
            each.type() == java.net.Proxy.Type.HTTP ? Proxy.Kind.HTTP : Proxy.Kind.SOCKS5;
        ways.add(Proxy.of(kind, address.getHostString(), address.getPort()));
      }
    }
    return ways.isEmpty() ? List.of(Proxy.direct()) : List.copyOf(ways);
  }
}

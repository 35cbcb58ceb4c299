// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.transport.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which proxy is for which target. */
class ProxySelectionTest {
  private static final Endpoint SECURE = Endpoint.parse("wss://server.example/");
  private static final Endpoint PLAIN = Endpoint.parse("ws://server.example/");

  private static String select(Endpoint target, String... variables) {
    Map<String, String> all = new HashMap<>();
    for (int i = 0; i < variables.length; i += 2) {
      all.put(variables[i], variables[i + 1]);
    }
    List<Proxy> ways = ProxySelection.environment(all).proxiesFor(target);
    assertThat(ways).hasSize(1);
    return ways.get(0).toString();
  }

  // ---- the environment

  @Test
  void variables() {
    assertThat(select(SECURE)).isEqualTo("direct");
    String[] all = {
      "HTTPS_PROXY", "s:1", "HTTP_PROXY", "p:2", "ALL_PROXY", "socks5://a", "other_proxy", "o:1"
    };
    assertThat(select(SECURE, all)).isEqualTo("http://s:1");
    assertThat(select(PLAIN, all)).isEqualTo("http://p:2");
    assertThat(select(PLAIN, "HTTPS_PROXY", "s:1")).isEqualTo("direct");
    assertThat(select(SECURE, "HTTP_PROXY", "s:1")).isEqualTo("direct");
    assertThat(select(SECURE, "ALL_PROXY", "socks5://a")).isEqualTo("socks5://a:1080");
    assertThat(select(PLAIN, "all_proxy", "a:1", "ALL_PROXY", "b:1")).isEqualTo("http://a:1");
    assertThat(select(SECURE, "https_proxy", " ", "HTTPS_PROXY", " s:1 ")).isEqualTo("http://s:1");
    assertThat(select(SECURE, "https_proxy", "l:1", "HTTPS_PROXY", "u:1")).isEqualTo("http://l:1");
  }

  /** A client of a program by CGI sets HTTP_PROXY with a field of its request. */
  @Test
  void variableOfSomebodyElse() {
    assertThat(select(PLAIN, "HTTP_PROXY", "p:1", "REQUEST_METHOD", "GET")).isEqualTo("direct");
    assertThat(select(PLAIN, "http_proxy", "p:1", "REQUEST_METHOD", "GET")).isEqualTo("http://p:1");
    assertThat(select(SECURE, "HTTPS_PROXY", "p:1", "REQUEST_METHOD", "GET"))
        .isEqualTo("http://p:1");
  }

  @Test
  void wrongVariableIsNamedAndNotQuoted() {
    assertThatThrownBy(
            () ->
                ProxySelection.environment(
                    Map.of("https_proxy", "http://user:s3cret@host:port", "NO_PROXY", "*")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the variable https_proxy: the host of the proxy")
        .hasMessageNotContaining("s3cret");
    assertThat(
            ProxySelection.environment(
                Map.of("HTTPS_PROXY", "http://user:s3cret@host:1", "NO_PROXY", "a, b")))
        .hasToString("secure by [http://host:1], others by [direct], without a, b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*                    | wss://server.example/       | true",
        "a, *                 | wss://server.example/       | true",
        "server.example       | wss://server.example/       | true",
        "SERVER.example.      | wss://Server.EXAMPLE./      | true",
        "server.example       | wss://a.server.example/     | true",
        "server.example       | wss://aserver.example/      | false",
        "server.example       | wss://example/              | false",
        ".server.example      | wss://server.example/       | true",
        ".server.example      | wss://a.b.server.example/   | true",
        "*.server.example     | wss://a.server.example/     | true",
        "example              | wss://server.example/       | true",
        "server.example:443   | wss://server.example/       | true",
        "server.example:443   | ws://server.example/        | false",
        "server.example:0443  | wss://server.example/       | false",
        "a b  server.example  | wss://server.example/       | true",
        ",,a,,server.example, | wss://server.example/       | true",
        "b\u00fccher.example  | wss://b\u00fccher.example/  | true",
        "192.0.2.7            | wss://192.0.2.7/            | true",
        "192.0.2.7            | wss://192.0.2.70/           | false",
        "192.0.2.7:444        | wss://192.0.2.7/            | false",
        "192.0.2.7:443        | wss://192.0.2.7/            | true",
        "192.0.2.9/24         | wss://192.0.2.7/            | true",
        "192.0.3.0/24         | wss://192.0.2.7/            | false",
        "192.0.2.0/33         | wss://192.0.2.7/            | false",
        "0.0.0.0/0            | wss://192.0.2.7/            | true",
        "0.0.0.0/0            | wss://[2001:db8::7]/        | false",
        "0.0.0.0/0            | wss://server.example/       | false",
        "2001:db8::/32        | wss://[2001:db8::7]/        | true",
        "2001:db8::7          | wss://[2001:db8::7]/        | true",
        "[2001:db8::7]        | wss://[2001:db8::7]/        | true",
        "[2001:db8::7]:443    | wss://[2001:db8::7]/        | true",
        "[2001:db8::7]:444    | wss://[2001:db8::7]/        | false",
        "192.0.2.0/24         | wss://[::ffff:192.0.2.7]/   | true",
        "x                    | wss://localhost/            | true",
        "x                    | wss://a.localhost/          | true",
        "x                    | wss://127.3.2.1/            | true",
        "x                    | wss://[::1]/                | true",
        "x                    | wss+unix:/run/a.sock        | true",
        "x                    | wss+memory://name/          | true",
        "...                  | wss://server.example/       | false",
      })
  void withoutAProxy(String exceptions, String target, boolean direct) {
    for (String name : new String[] {"NO_PROXY", "no_proxy"}) {
      assertThat(select(Endpoint.parse(target), "ALL_PROXY", "p:1", name, exceptions))
          .isEqualTo(direct ? "direct" : "http://p:1");
    }
  }

  // ---- a selector of the JDK

  private static final class Fixed extends ProxySelector {
    final List<URI> asked = new ArrayList<>();
    private final List<java.net.Proxy> answer;

    Fixed(List<java.net.Proxy> answer) {
      this.answer = answer;
    }

    @Override
    public List<java.net.Proxy> select(URI uri) {
      asked.add(uri);
      return answer;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException error) {}
  }

  @Test
  void selectorOfTheJdk() {
    Fixed selector =
        new Fixed(
            List.of(
                new java.net.Proxy(
                    java.net.Proxy.Type.HTTP, InetSocketAddress.createUnresolved("h", 1)),
                new java.net.Proxy(
                    java.net.Proxy.Type.SOCKS, InetSocketAddress.createUnresolved("::2", 3)),
                java.net.Proxy.NO_PROXY));
    ProxySelection selection = ProxySelection.of(selector);
    assertThat(selection.proxiesFor(SECURE)).hasToString("[http://h:1, socks5://[::2]:3, direct]");
    selection.proxiesFor(Endpoint.parse("ws://[::7]/x?y"));
    assertThat(selector.asked)
        .containsExactly(URI.create("https://server.example:443/"), URI.create("http://[::7]:80/"));
    assertThat(selection.proxiesFor(Endpoint.parse("ws+unix:/run/a.sock"))).hasToString("[direct]");
    for (List<java.net.Proxy> nothing : new ArrayList<>(List.of(List.<java.net.Proxy>of()))) {
      assertThat(ProxySelection.of(new Fixed(nothing)).proxiesFor(PLAIN)).hasToString("[direct]");
    }
    assertThat(ProxySelection.of(new Fixed(null)).proxiesFor(PLAIN)).hasToString("[direct]");
  }

  @Test
  void always() {
    Proxy proxy = Proxy.http("p", 1);
    assertThat(ProxySelection.always(proxy, Proxy.direct()).proxiesFor(SECURE))
        .containsExactly(proxy, Proxy.direct());
    assertThatThrownBy(ProxySelection::always).isInstanceOf(IllegalArgumentException.class);
  }
}

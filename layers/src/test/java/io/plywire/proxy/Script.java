// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * A conversation as it has to be: what the client says, and what the proxy answers to each of that,
 * the last of which opens the tunnel.
 */
record Script(
    String name,
    LayerProvider layer,
    TransportOptions options,
    List<byte[]> requests,
    List<byte[]> answers) {
  static final Endpoint SERVER = Endpoint.parse("wss://server.example:8443/chat");
  static final ProxyCredentials ALICE = ProxyCredentials.of("alice", "open sesame");

  private static final TransportOptions DEFAULTS = TransportOptions.defaults();
  static final TransportOptions WITH_ALICE = DEFAULTS.with(TunnelOptions.CREDENTIALS, ALICE);

  static final String REQUEST =
      "CONNECT server.example:8443 HTTP/1.1\r\nHost: server.example:8443\r\n\r\n";
  static final String REQUEST_OF_ALICE =
      "CONNECT server.example:8443 HTTP/1.1\r\nHost: server.example:8443\r\n"
          + "Proxy-Authorization: Basic YWxpY2U6b3BlbiBzZXNhbWU=\r\n\r\n";
  static final String CHALLENGE = "Proxy-Authenticate: Basic realm=\"door\"\r\n";

  private static final String NAME = "7365727665722e6578616d706c65"; // server.example
  private static final String REQUEST5 = "05010003" + "0e" + NAME + "20fb";
  private static final String ALICE5 = "01" + "05616c696365" + "0b6f70656e20736573616d65";

  static final Script PLAIN = http("plain", DEFAULTS, REQUEST, "HTTP/1.1 200 OK\r\n\r\n");
  static final Script SOCKS5 =
      socks5("name", DEFAULTS, "050100", "0500", REQUEST5, "05000001c0000207abcd");
  static final Script CHALLENGED =
      http(
          "challenged, with a body",
          WITH_ALICE,
          REQUEST,
          "HTTP/1.1 407 Who?\r\n" + CHALLENGE + "Content-Length: 7\r\n\r\nWho is?",
          REQUEST_OF_ALICE,
          "HTTP/1.1 200 OK\r\n\r\n");
  static final Script SOCKS5_OF_ALICE =
      socks5(
          "name and password", WITH_ALICE, "05020002", "0502", ALICE5, "0100", REQUEST5, reply());
  static final Script SOCKS4A =
      socks4a("named", DEFAULTS, "040120fb00000001" + "00" + NAME + "00", "005a000000000000");

  /** Returns one for each form of what can be said. */
  static List<Script> all() {
    return List.of(
        PLAIN,
        http(
            "fields, and 1xx before",
            DEFAULTS,
            REQUEST,
            "HTTP/1.1 100 \r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                + "HTTP/1.0 299\r\nVia: 1.1 door (a \"b\")\r\nContent-Length: 9\r\n\r\n"),
        CHALLENGED,
        http(
            "challenged, with chunks",
            WITH_ALICE,
            REQUEST,
            "HTTP/1.1 407 \r\nTransfer-Encoding: chunked\r\n"
                + CHALLENGE
                + "\r\n3;a=b\r\nabc\r\n0b \r\n01234567890\r\n00\r\nTrailer: of it\r\n\r\n",
            REQUEST_OF_ALICE,
            "HTTP/1.1 204 No Content\r\n\r\n"),
        http(
            "challenged without a body, by HTTP/1.0",
            WITH_ALICE,
            REQUEST,
            "HTTP/1.0 407 Who?\r\nContent-Length: 0\r\nProxy-Connection: Keep-Alive\r\n"
                + CHALLENGE
                + "\r\n",
            REQUEST_OF_ALICE,
            "HTTP/1.0 200 Connection established\r\n\r\n"),
        http(
            "preemptive",
            WITH_ALICE.with(TunnelOptions.PREEMPTIVE, true),
            REQUEST_OF_ALICE,
            "HTTP/1.1 200 OK\r\n\r\n"),
        SOCKS5,
        socks5(
            "bound to IPv6",
            DEFAULTS,
            "050100",
            "0500",
            REQUEST5,
            "05000004" + "20010db8000000000000000000000001" + "abcd"),
        socks5("bound to a name", DEFAULTS, "050100", "0500", REQUEST5, "05000003" + "026162abcd"),
        socks5("bound to no name", DEFAULTS, "050100", "0500", REQUEST5, "0500ff03" + "000000"),
        socks5("not asked for it", WITH_ALICE, "05020002", "0500", REQUEST5, reply()),
        SOCKS5_OF_ALICE,
        SOCKS4A,
        socks4a(
            "of somebody",
            DEFAULTS.with(TunnelOptions.CREDENTIALS, ProxyCredentials.user("bob")),
            "040120fb00000001" + "626f6200" + NAME + "00",
            "005a123456789abc"));
  }

  private static String reply() {
    return "05000001000000000000";
  }

  private static Script http(String name, TransportOptions options, String... turns) {
    return of(
        "http-connect " + name,
        new HttpConnect(),
        options,
        Arrays.stream(turns).map(text -> text.getBytes(ISO_8859_1)).toList());
  }

  private static Script socks5(String name, TransportOptions options, String... turns) {
    return of("socks5 " + name, new Socks5(), options, hex(turns));
  }

  private static Script socks4a(String name, TransportOptions options, String... turns) {
    return of("socks4a " + name, new Socks4a(), options, hex(turns));
  }

  private static List<byte[]> hex(String... turns) {
    return Arrays.stream(turns).map(HexFormat.of()::parseHex).toList();
  }

  private static Script of(
      String name, LayerProvider layer, TransportOptions options, List<byte[]> turns) {
    List<byte[]> requests = new ArrayList<>();
    List<byte[]> answers = new ArrayList<>();
    for (int i = 0; i < turns.size(); i += 2) {
      requests.add(turns.get(i));
      answers.add(turns.get(i + 1));
    }
    return new Script(name, layer, options, requests, answers);
  }

  Script within(Duration timeout) {
    return new Script(name, layer, options.with(TunnelOptions.TIMEOUT, timeout), requests, answers);
  }

  int answerBytes() {
    return answers.stream().mapToInt(each -> each.length).sum();
  }

  /** Begins on the client's side. */
  void ask(AsyncStream next, Handler<AsyncStream> handler) {
    layer.asyncWrap(next, Role.CLIENT, SERVER, options, handler);
  }

  /** Begins on the side of the proxy. */
  void answer(AsyncStream next, Handler<? super AsyncStream> handler) {
    new Answering(next, this, handler).initiate();
  }

  @Override
  public String toString() {
    return name;
  }
}

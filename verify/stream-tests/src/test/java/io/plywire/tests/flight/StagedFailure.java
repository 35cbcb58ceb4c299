// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.flight;

import static io.plywire.stream.Role.CLIENT;
import static io.plywire.stream.Role.SERVER;

import io.plywire.proxy.Proxy;
import io.plywire.proxy.ProxySelection;
import io.plywire.spi.Discovery;
import io.plywire.tests.dial.Dialled;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawSocket;
import io.plywire.tests.tls.Wss;
import io.plywire.websocket.Reply;
import io.plywire.websocket.ServerLimits;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;

/**
 * What goes wrong with WebSockets: how it is staged, what the event says that tells it, some words
 * of its message, and the verdict that follows.
 */
enum StagedFailure {
  // ---- no connection
  REFUSED(
      StagedFailure::nobodyListens,
      "Connect REFUSED CONNECT_FAILED",
      "Connection refused",
      "client: nobody listens there"),
  NO_SUCH_NAME(
      StagedFailure::noSuchName,
      "Connect UNRESOLVED CONNECT_FAILED",
      "nowhere.example",
      "client: the name has no address"),
  SILENT_ADDRESS(
      StagedFailure::silentAddress,
      "Connect TIMEOUT TIMEOUT",
      "192.0.2.1",
      "client: no address answers"),
  DEADLINE(
      StagedFailure::deadline,
      "Connect TIMEOUT TIMEOUT",
      "upgrade",
      "client: it took too long altogether"),

  // ---- answers that are none
  STATUS_401(
      () -> OnSockets.status("401 Unauthorized"),
      "Handshake CLIENT UPGRADE_DECLINED HANDSHAKE_FAILED 401",
      "401",
      "client: the server wants credentials"),
  STATUS_403(
      () -> OnSockets.status("403 Forbidden"),
      "Handshake CLIENT UPGRADE_DECLINED HANDSHAKE_FAILED 403",
      "403",
      "client: the server forbids it"),
  STATUS_404(
      () -> OnSockets.status("404 Not Found"),
      "Handshake CLIENT UPGRADE_DECLINED HANDSHAKE_FAILED 404",
      "404",
      "client: the server does not know the path"),
  STATUS_426(
      () -> OnSockets.status("426 Upgrade Required"),
      "Handshake CLIENT UPGRADE_DECLINED HANDSHAKE_FAILED 426",
      "426",
      "client: the server wants another version"),
  STATUS_503(
      () -> OnSockets.status("503 Service Unavailable"),
      "Handshake CLIENT UPGRADE_DECLINED HANDSHAKE_FAILED 503",
      "503",
      "client: the server has enough"),
  A_PAGE(
      () -> OnSockets.status("200 OK"),
      "Handshake CLIENT UPGRADE_DECLINED HANDSHAKE_FAILED 200",
      "200",
      "client: no WebSocket is served there"),
  WRONG_KEY(
      () ->
          OnSockets.answered(
              "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"),
      "Handshake CLIENT BAD_SEC_ACCEPT HANDSHAKE_FAILED 101",
      "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
      "client: the answer is to somebody else's key"),
  NO_HTTP(
      () -> OnSockets.answered("SSH-2.0-OpenSSH_9.6\r\n\r\n"),
      "Handshake CLIENT BAD_HTTP_MESSAGE HANDSHAKE_FAILED 0",
      "status line holds byte 0x53",
      "client: the peer speaks no HTTP"),
  ENDLESS_HEAD(
      () -> OnSockets.answered("HTTP/1.1 101 Switching Protocols\r\nX: " + "y".repeat(100_000)),
      "Handshake CLIENT HEAD_TOO_LARGE LIMIT_EXCEEDED 0",
      "exceeds",
      "client: the peer's head has no end"),
  HEAD_CUT_SHORT(
      () -> OnSockets.answered("HTTP/1.1 101 Swit"),
      "Handshake CLIENT EOF CONNECTION_LOST 0",
      "before it answered the upgrade",
      "client: the peer left in the midst of it"),
  SILENT_SERVER(
      OnPipes::silentServer,
      "Handshake CLIENT TIMEOUT TIMEOUT 0",
      "longer than 1 s",
      "client: the peer says nothing"),

  // ---- requests that are none
  FOREIGN_ORIGIN(
      () ->
          OnSockets.asked(
              how -> how,
              OnSockets.request("Upgrade: web", "Origin: http://evil.example\r\nUpgrade: web")),
      "Handshake SERVER BAD_ORIGIN HANDSHAKE_FAILED 403",
      "evil.example",
      "server: a page from elsewhere"),
  OLD_VERSION(
      () -> OnSockets.asked(how -> how, OnSockets.request("Version: 13", "Version: 8")),
      "Handshake SERVER BAD_SEC_VERSION HANDSHAKE_FAILED 426",
      "8",
      "server: another version of WebSocket"),
  NO_GET(
      () -> OnSockets.asked(how -> how, OnSockets.request("GET", "POST")),
      "Handshake SERVER BAD_METHOD HANDSHAKE_FAILED 405",
      "POST",
      "server: no GET"),
  APPLICATION_REFUSES(
      () ->
          OnSockets.asked(
              how -> how.onRequest(opening -> opening.reply(Reply.unauthorized("Bearer"))),
              Harness.request()),
      "Handshake SERVER REQUEST_REFUSED HANDSHAKE_FAILED 401",
      "401",
      "server: the application answers 401"),
  SERVER_IS_FULL(
      () -> OnSockets.overLimit(ServerLimits.none().withConnections(1)),
      "Handshake SERVER REQUEST_REFUSED HANDSHAKE_FAILED 503",
      "the request was refused with 503: the server has enough connections",
      "server: enough connections"),
  ADDRESS_HAS_ENOUGH(
      () -> OnSockets.overLimit(ServerLimits.none().withConnectionsPerAddress(1)),
      "Handshake SERVER REQUEST_REFUSED HANDSHAKE_FAILED 429",
      "the request was refused with 429: the server has enough connections of this address",
      "server: this address has enough connections"),
  SERVER_IS_FULL_IN_SILENCE(
      () ->
          OnSockets.overLimit(
              ServerLimits.none().withConnections(1).withOverflow(ServerLimits.Overflow.CLOSE)),
      "AcceptFailed REFUSED CONNECT_FAILED",
      "enough connections",
      "server: enough connections"),
  ADDRESS_HAS_ENOUGH_IN_SILENCE(
      () ->
          OnSockets.overLimit(
              ServerLimits.none()
                  .withConnectionsPerAddress(1)
                  .withOverflow(ServerLimits.Overflow.CLOSE)),
      "AcceptFailed REFUSED CONNECT_FAILED",
      "enough connections of this address: /127.0.0.1",
      "server: this address has enough connections"),
  SILENT_CLIENT(
      OnPipes::silentClient,
      "Handshake SERVER TIMEOUT TIMEOUT 0",
      "longer than 1 s",
      "server: the peer says nothing"),
  CLIENT_LEAVES(
      () -> OnSockets.asked(how -> how, ""),
      "Handshake SERVER CLOSED CLOSED 0",
      "without sending a request",
      "server: the peer left without a word"),

  // ---- TLS
  UNTRUSTED(
      OnTls::untrusted,
      "LayerHandshake CLIENT CERTIFICATE_UNTRUSTED HANDSHAKE_FAILED",
      "the server's certificate is not trusted",
      "client: the certificate is nobody's we trust"),
  WRONG_NAME(
      () -> OnTls.shown(Wss.OTHER),
      "LayerHandshake CLIENT HOST_NAME_MISMATCH HANDSHAKE_FAILED",
      "not for 127.0.0.1",
      "client: the certificate is for another name"),
  EXPIRED(
      () ->
          OnTls.shown(
              Wss.AUTHORITY.issue(
                  Instant.now().minus(Duration.ofDays(20)), Duration.ofDays(10), "127.0.0.1")),
      "LayerHandshake CLIENT CERTIFICATE_EXPIRED HANDSHAKE_FAILED",
      "NotAfter",
      "client: the certificate's time is over"),
  NO_COMMON_VERSION(
      OnTls::noCommonVersion,
      "LayerHandshake CLIENT NO_COMMON_PARAMETERS HANDSHAKE_FAILED",
      "protocol_version",
      "client: no version or cipher suite in common"),
  PLAIN_SERVER(
      OnTls::plainServer,
      "LayerHandshake CLIENT NOT_TLS HANDSHAKE_FAILED",
      "HTTP",
      "client: the peer does not speak TLS"),
  PEER_LEAVES_TLS(
      OnTls::peerLeaves,
      "LayerHandshake CLIENT TRUNCATED CONNECTION_LOST",
      "ended the connection during the TLS handshake",
      "client: tls: the peer left"),
  SILENT_TLS(
      OnTls::peerIsSilent,
      "LayerHandshake CLIENT TIMEOUT TIMEOUT",
      "1 ms",
      "client: tls: the peer does not answer"),
  CERTIFICATE_WANTED(
      OnTls::certificateWanted,
      "Handshake CLIENT 0", // the error is another one with another version of the JDK
      "certificate",
      "client: the server wants another certificate of us"),
  NO_CERTIFICATE_SHOWN(
      OnTls::noCertificateShown,
      "LayerHandshake SERVER CLIENT_CERTIFICATE_REQUIRED HANDSHAKE_FAILED",
      "certificate",
      "server: the client shows no certificate"),
  PLAIN_CLIENT(
      OnTls::plainClient,
      "LayerHandshake SERVER NOT_TLS HANDSHAKE_FAILED",
      "GET / HT",
      "server: the peer does not speak TLS"),
  TLS_AT_A_PLAIN_PORT(
      OnTls::secureClientAtAPlainPort,
      "Handshake SERVER BAD_HTTP_MESSAGE HANDSHAKE_FAILED 400",
      "looks like TLS",
      "server: the peer speaks TLS here"),

  // ---- proxies
  PROXY_WANTS_CREDENTIALS(
      () ->
          proxy(
              false,
              "HTTP/1.1 407 Proxy Authentication Required\r\n"
                  + "Proxy-Authenticate: Basic realm=\"door\"\r\nContent-Length: 0\r\n\r\n"),
      "LayerHandshake CLIENT AUTHENTICATION HANDSHAKE_FAILED",
      "407",
      "client: http-connect: the proxy wants credentials"),
  PROXY_FORBIDS(
      () -> proxy(false, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"),
      "LayerHandshake CLIENT REFUSED HANDSHAKE_FAILED",
      "403",
      "client: http-connect: the proxy refuses to lead there"),
  SOCKS_REFUSES(
      () -> proxy(true, "05000502000100000000" + "0000"),
      "LayerHandshake CLIENT REFUSED HANDSHAKE_FAILED",
      "2",
      "client: socks5: the proxy refuses to lead there"),
  SOCKS_CANNOT_REACH(
      () -> proxy(true, "05000504000100000000" + "0000"),
      "LayerHandshake CLIENT UNREACHABLE CONNECT_FAILED",
      "4",
      "client: socks5: the proxy cannot reach the server"),
  NO_PROXY(
      () -> proxy(true, HexFormat.of().formatHex("HTTP/1.1 400 Bad\r\n\r\n".getBytes())),
      "LayerHandshake CLIENT BAD_ANSWER PROTOCOL_VIOLATION",
      "",
      "client: socks5: what answers is no proxy"),

  // ---- what an open one receives
  TOO_BIG(
      () ->
          OnPipes.frames(
              SERVER, Harness.quiet().withReadMessageMax(10), Frame.text("eleven bytes and more")),
      "Close SERVER MESSAGE_TOO_BIG LIMIT_EXCEEDED 1006 sent=1009",
      "10",
      "server: a message is longer than allowed"),
  TOO_BIG_FOR_THE_PEER(
      () -> OnPipes.frames(CLIENT, Frame.close(1009, "at most 64 KiB")),
      "Close CLIENT 1009 by=SERVER received=1009",
      "",
      "client: told 1009 (message too big): at most 64 KiB"),
  BAD_TEXT(
      () -> OnPipes.frames(SERVER, Frame.binary(new byte[] {'a', (byte) 0xff}).withOpcode(1)),
      "Close SERVER BAD_FRAME_PAYLOAD PROTOCOL_VIOLATION 1006 sent=1007",
      "UTF-8",
      "server: text that is not UTF-8"),
  CORRUPT(
      OnPipes::corrupt,
      "Close SERVER BAD_COMPRESSED_PAYLOAD PROTOCOL_VIOLATION 1006 sent=1007",
      "",
      "server: compressed data is corrupt"),
  RESERVED_BITS(
      () -> OnPipes.frames(SERVER, Frame.text("a").withRsv(4)),
      "Close SERVER BAD_RESERVED_BITS PROTOCOL_VIOLATION 1006 sent=1002",
      "",
      "server: reserved bits are set"),
  UNMASKED(
      OnPipes::unmasked,
      "Close SERVER BAD_UNMASKED_FRAME PROTOCOL_VIOLATION 1006 sent=1002",
      "",
      "server: a frame without a mask"),
  MASKED(
      () -> OnPipes.frames(CLIENT, Frame.text("a").mask()),
      "Close CLIENT BAD_MASKED_FRAME PROTOCOL_VIOLATION 1006 sent=1002",
      "",
      "client: a frame with a mask"),
  BAD_OPCODE(
      () -> OnPipes.frames(SERVER, Frame.text("a").withOpcode(3)),
      "Close SERVER BAD_OPCODE PROTOCOL_VIOLATION 1006 sent=1002",
      "3",
      "server: a kind of frame that does not exist"),
  BAD_CLOSE_CODE(
      () -> OnPipes.frames(SERVER, Frame.close(1005, "")),
      "Close SERVER BAD_CLOSE_CODE PROTOCOL_VIOLATION 1006 sent=1002",
      "1005",
      "server: a close code that must not be sent"),
  KICKED(
      () -> OnPipes.frames(CLIENT, Frame.close(4001, "logged in elsewhere")),
      "Close CLIENT 4001 by=SERVER received=4001",
      "",
      "client: told 4001 (private use): logged in elsewhere"),
  TRICKLE(
      OnPipes::messageTrickles,
      "Close SERVER TIMEOUT TIMEOUT 1006 sent=1008",
      "longer than 1 s to arrive",
      "server: a message trickles in"),

  // ---- connections that are lost
  TRUNCATED(
      () -> OnSockets.open(RawSocket::end),
      "Close CLIENT EOF CONNECTION_LOST 1006",
      "ended",
      "client: the peer's stream ended without a goodbye"),
  TRUNCATED_TLS(
      OnTls::truncated,
      "Close CLIENT TRUNCATED CONNECTION_LOST 1006",
      "close_notify",
      "client: TLS ended without a goodbye"),
  RESET(
      () -> OnSockets.open(RawSocket::reset),
      "Close CLIENT RESET CONNECTION_LOST 1006",
      "reset",
      "client: the connection was reset"),
  NO_PONG(
      OnPipes::pingIsNotAnswered,
      "Close SERVER TIMEOUT TIMEOUT 1006",
      "for 1 s after a ping",
      "server: the peer does not answer pings"),
  IDLE(
      OnPipes::idle,
      "Close SERVER TIMEOUT TIMEOUT 1006",
      "nothing was received for 1 s",
      "server: silence"),
  GOODBYE_UNANSWERED(
      OnPipes::goodbyeIsNotAnswered,
      "Close SERVER TIMEOUT TIMEOUT 1006 by=SERVER sent=1001",
      "closing handshake took longer than 1 s",
      "server: the peer does not answer our goodbye"),
  STALL(
      OnPipes::stallDoesNotEnd,
      "Close SERVER TIMEOUT TIMEOUT 1006",
      "has taken nothing",
      "server: the peer took nothing for a while; server: the peer takes nothing"),
  STALL_THAT_ENDS(
      OnPipes::stallEnds,
      "WriteStall SERVER",
      "",
      "server: the peer took nothing for a while; server: aborted here"),

  // ---- our own doing
  CALLBACK_THROWS(
      OnPipes::callbackThrows,
      "Close SERVER CALLBACK_FAILED USER_CODE 1006 sent=1011",
      "no such order",
      "server: our own code threw"),
  HANDLER_THROWS(
      OnSockets::handlerThrows,
      "Close SERVER CALLBACK_FAILED USER_CODE 1006 sent=1011",
      "no such room",
      "server: our own code threw"),
  ABORT(OnPipes::abort, "Close SERVER ABORTED ABORTED 1006", "closed here", "server: aborted here"),
  RESTART(
      OnPipes::goodbye,
      "Close SERVER 1012 by=SERVER sent=1012 received=1012",
      "",
      "server: we said 1012 (service restart): new version"),
  QUEUE_CLOSES(
      OnPipes::queueCloses,
      "Close SERVER 1013 by=SERVER sent=1013 received=1013",
      "",
      "server: a queue dropped a message; server: a queue dropped a message;"
          + " server: we said 1013 (try again later): too slow"),
  QUEUE_DROPS(
      OnPipes::queueDrops,
      "MessageDropped SERVER",
      "",
      "server: a queue dropped a message; server: aborted here");

  /** Makes it happen; returns once the application has heard of it. */
  @FunctionalInterface
  interface Staging {
    void run() throws Exception;
  }

  final Staging staging;
  final String event;
  final String words;
  final String verdict;

  StagedFailure(Staging staging, String event, String words, String verdict) {
    this.staging = staging;
    this.event = event;
    this.words = words;
    this.verdict = verdict;
  }

  // ---- stagings of connects

  /** The port is taken, and nobody listens at it. */
  private static void nobodyListens() throws Exception {
    try (Socket taken = new Socket()) {
      taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
      OnSockets.client(how -> how, "ws://127.0.0.1:" + taken.getLocalPort() + "/orders");
    }
  }

  private static void noSuchName() throws Exception {
    OnSockets.client(
        how ->
            how.resolver(
                (host, handler) ->
                    handler.completed(new UnknownHostException("nobody knows " + host), null)),
        "ws://nowhere.example/orders");
  }

  private static void silentAddress() {
    try (Dialled dialled = new Dialled()) {
      dialled.name("silent.example", "192.0.2.1");
      dialled.connect("ws://silent.example/orders");
      dialled.pass(30_000);
    }
  }

  /** The server accepts, and never answers the request. */
  private static void deadline() {
    try (Dialled dialled = new Dialled(how -> how.deadline(Duration.ofSeconds(1)))) {
      dialled.accepting("192.0.2.1", end -> {});
      dialled.connect("ws://192.0.2.1/orders");
      dialled.pass(0);
      dialled.pass(1_000);
    }
  }

  /** A client goes through a proxy, which answers so: in hexadecimal digits if it speaks SOCKS. */
  private static void proxy(boolean socks, String answer) throws Exception {
    ServerSocket acceptor = RawSocket.listen();
    Proxy proxy =
        socks
            ? Proxy.socks5("127.0.0.1", acceptor.getLocalPort())
            : Proxy.http("127.0.0.1", acceptor.getLocalPort());
    Discovery found = Discovery.load();
    OnSockets.client(
        acceptor,
        how -> how.discovery(found).routes(ProxySelection.always(proxy).routes(found)),
        "ws://inside.example/orders",
        socket -> {
          if (socks) {
            socket.send(HexFormat.of().parseHex(answer));
          } else {
            socket.readHead();
            socket.send(answer);
          }
        });
  }
}

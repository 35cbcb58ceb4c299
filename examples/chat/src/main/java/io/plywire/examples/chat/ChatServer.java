// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

import io.plywire.stream.CompletionToken;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageRate;
import io.plywire.websocket.Reply;
import io.plywire.websocket.Routes;
import io.plywire.websocket.ServerLimits;
import io.plywire.websocket.ShutdownReport;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;

/**
 * A chat with rooms: the page at {@code /}, {@code /health} for whoever watches, WebSockets at
 * {@code /rooms/NAME?token=TOKEN&name=YOU}.
 *
 * <p>Start with a URI and the token that lets people in, such as {@code ws://localhost:8080/
 * secret}.
 */
public final class ChatServer {
  private final Rooms rooms = new Rooms();
  private final Entrance entrance;
  private final Reply page = ChatPage.load();

  /**
   * Makes a chat without anybody.
   *
   * @param tokens decides who may come in
   */
  public ChatServer(TokenCheck tokens) {
    this.entrance = new Entrance(tokens);
  }

  /**
   * Listens.
   *
   * @param builder with limits, options and whatever else is chosen
   * @param uri where
   * @return the server, already listening
   * @throws IOException if it cannot listen there
   */
  public WebSocketServer listen(WebSocketServer.Builder builder, String uri) throws IOException {
    return builder.onRequest(routes()).listen(uri, (stream, request) -> opened(stream));
  }

  Routes routes() {
    return Routes.none()
        .page("/", opening -> opening.reply(page))
        .page("/health", opening -> opening.reply(Reply.text(200, "ok\n")))
        .webSocket("/rooms/{room}", entrance);
  }

  private void opened(WebSocketStream stream) {
    Guest guest = (Guest) Objects.requireNonNull(stream.attachment());
    new Member(rooms, guest, stream).enter();
  }

  /** Returns how many rooms there are, in which somebody is. */
  public int rooms() {
    return rooms.size();
  }

  /**
   * Returns how its WebSockets behave: short messages, not too many, and nobody is gone for long.
   */
  public static WebSocketOptions options() {
    Duration halfAMinute = Duration.ofSeconds(30);
    return WebSocketOptions.defaults()
        .withReadMessageMax(4096)
        .withIncomingRate(MessageRate.perSecond(20).withBurst(100))
        .withTimeouts(
            Timeouts.suggested()
                .withHandshake(Duration.ofSeconds(10))
                .withClosing(Duration.ofSeconds(10))
                .withMessage(halfAMinute)
                .withPing(halfAMinute, halfAMinute)
                .withWriteStall(halfAMinute));
  }

  /** Returns how much it takes on. */
  public static ServerLimits limits() {
    return ServerLimits.none()
        .withConnections(10_000)
        .withConnectionsPerAddress(200)
        .withOpenings(500);
  }

  /** Says goodbye to everybody, and returns when they have left, at the latest after 5 seconds. */
  static ShutdownReport end(WebSocketServer server) throws IOException {
    CloseReason goodbye = CloseReason.of(CloseCode.GOING_AWAY);
    return server.asyncShutdown(
        goodbye, Duration.ZERO, Duration.ofSeconds(5), CompletionToken.useBlocking());
  }

  /**
   * Serves until a signal ends it.
   *
   * @param args the URI to listen on, and the token
   * @throws Exception if it cannot listen
   */
  public static void main(String[] args) throws Exception {
    WebSocketServer.Builder builder = WebSocketServer.builder().options(options()).limits(limits());
    WebSocketServer server = new ChatServer(new SharedToken(args[1])).listen(builder, args[0]);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endOfProcess(server)));
    System.out.println("listening on " + server.endpoint());
    server.awaitClosed();
  }

  private static void endOfProcess(WebSocketServer server) {
    try {
      System.out.println("stopped; " + end(server));
    } catch (IOException e) {
      System.out.println("stopped, but not in order: " + e);
    }
  }
}

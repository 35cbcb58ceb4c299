// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.server;

import io.plywire.spi.LayerProvider;
import io.plywire.websocket.Acceptance;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageRate;
import io.plywire.websocket.Opening;
import io.plywire.websocket.Reply;
import io.plywire.websocket.Routes;
import io.plywire.websocket.ServerLimits;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** A server that looks clients up before it lets them in. */
public final class DecidingServer {
  /** Who may come in. */
  public record User(String name) {}

  /** Finds users by what they know, in its own time. */
  public interface Users {
    /** Gives the user, or null, later. */
    void find(String token, Consumer<User> found);
  }

  private final Users users;

  /** Makes one. */
  public DecidingServer(Users users) {
    this.users = users;
  }

  /** Listens. */
  public WebSocketServer listen(Consumer<User> welcome) throws IOException {
    return WebSocketServer.builder()
        .onRequest(this::decide)
        .limits(limits())
        .options(limitsOfEach())
        .listen("ws://localhost:0/", (stream, request) -> welcome.accept(user(stream)));
  }

  private static User user(WebSocketStream stream) {
    return (User) stream.attachment();
  }

  void decide(Opening opening) {
    users.find(
        opening.request().queryParameter("token"),
        user -> { // on whatever thread
          if (user == null) {
            opening.reply(Reply.unauthorized("Bearer realm=\"chat\""));
          } else {
            opening.accept(Acceptance.plain().withAttachment(user));
          }
        });
  }

  static ServerLimits limits() {
    return ServerLimits.none()
        .withConnections(20_000)
        .withConnectionsPerAddress(50)
        .withOpenings(500)
        .withOpeningsPerSecond(1_000);
  }

  static WebSocketOptions limitsOfEach() {
    return WebSocketOptions.defaults()
        .withReadMessageMax(64 << 10)
        .withTimeouts(Timeouts.suggested().withMessage(Duration.ofSeconds(20)))
        .withIncomingRate(MessageRate.perSecond(50).withBurst(100));
  }

  Routes routes(Path page) {
    return Routes.none()
        .page("/", opening -> opening.reply(Reply.file("text/html; charset=utf-8", page)))
        .page("/health", opening -> opening.reply(Reply.text(200, "ok\n")))
        .webSocket("/rooms/{room}", opening -> enter(opening.parameter("room"), opening));
  }

  private static void enter(String room, Opening opening) {
    opening.accept(Acceptance.plain().withAttachment(room));
  }

  static WebSocketServer.Builder order(LayerProvider proxyProtocol, LayerProvider rateLimit) {
    return WebSocketServer.builder().layer(proxyProtocol).layer("tls").layer(rateLimit);
  }

  static void leave(WebSocketServer server) {
    CloseReason restart = CloseReason.of(CloseCode.SERVICE_RESTART);
    Duration spread = Duration.ofSeconds(10);
    Duration deadline = Duration.ofSeconds(30);
    server.asyncShutdown(restart, spread, deadline, (error, report) -> System.out.println(report));
  }
}

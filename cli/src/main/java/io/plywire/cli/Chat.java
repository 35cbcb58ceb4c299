// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.examples.chat.ChatServer;
import io.plywire.examples.chat.SharedToken;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.WebSocketServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The chat in place of the echo: the options, and what is said about it. */
final class Chat {
  /** What became of connections that never were a WebSocket. */
  static final String OTHERS = " came for a page, or were not let in";

  @Option(
      names = "--chat",
      description = {
        "Serve a chat with rooms in place of the echo: a page for browsers at /, WebSockets at"
            + " /rooms/ROOM?token=SECRET&name=YOU, and /health. It needs --token."
      })
  private boolean asked;

  @Option(
      names = "--token",
      paramLabel = "SECRET",
      description = "What lets people into the rooms of --chat.")
  private @Nullable String token;

  boolean isAsked() {
    return asked;
  }

  /** Returns what is wrong with the options, or null. */
  @Nullable String complaint() {
    if (!asked) {
      return token == null ? null : "--token is for --chat";
    }
    if (token == null) {
      return "--chat needs the token that lets people in: --token SECRET";
    }
    return token.isBlank() ? "--token is blank" : null;
  }

  WebSocketServer listen(WebSocketServer.Builder builder, String uri) throws IOException {
    return new ChatServer(new SharedToken(Objects.requireNonNull(token))).listen(builder, uri);
  }

  /** Says how to come in; without the token, because what is printed is often kept. */
  static List<String> describe(Endpoint listening) {
    List<String> lines = new ArrayList<>();
    String root = at(listening, "/").toString();
    if (listening.transport().equals("ws")) {
      lines.add("page for browsers: http" + root.substring("ws".length()));
    }
    Endpoint room = at(listening, "/rooms/lobby?name=YOU&token=SECRET");
    lines.add("from a terminal: plywire connect '" + room + "'");
    return lines;
  }

  private static Endpoint at(Endpoint server, String target) {
    return new Endpoint(
        server.transport(), server.secure(), server.address(), server.port(), target);
  }
}

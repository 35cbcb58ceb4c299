// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Why there is no takeover for {@code com.sun.net.httpserver}: after a 101 it gives nobody the
 * connection, and takes what comes for the next request.
 */
class JdkHttpServerTest {
  /** What a handler finds out about its streams once it has sent 101. */
  private record Found(boolean canWrite, boolean canRead) {}

  private static Found upgrade(HttpExchange exchange) throws IOException {
    HttpFields fields = new HttpFields();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> values.forEach(value -> fields.add(name, value)));
    UpgradeResponse answer =
        UpgradeResponse.to(
            new UpgradeRequest(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                exchange.getProtocol(),
                fields),
            WebSocketOptions.defaults());
    answer.fields().forEach(f -> exchange.getResponseHeaders().add(f.name(), f.value()));
    exchange.sendResponseHeaders(answer.status(), 0);
    return new Found(
        succeeds(
            () -> {
              exchange.getResponseBody().write('x');
              exchange.getResponseBody().flush();
            }),
        succeeds(() -> exchange.getRequestBody().read()));
  }

  /** What may fail. */
  @FunctionalInterface
  private interface Attempt {
    void run() throws IOException;
  }

  private static boolean succeeds(Attempt attempt) {
    try {
      attempt.run();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void connectionIsNotHandedOverAfterSwitchingProtocols() throws Exception {
    CompletableFuture<Found> found = new CompletableFuture<>();
    HttpServer server = HttpServer.create(new InetSocketAddress(Containers.LOOPBACK, 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try {
            found.complete(upgrade(exchange));
          } catch (IOException | RuntimeException e) {
            found.completeExceptionally(e);
          }
        });
    server.start();
    try {
      int port = server.getAddress().getPort();
      Client client = Client.connect(port, TransportOptions.defaults());
      client.send(Client.request(port, "/"));
      assertThat(client.head()).startsWith("HTTP/1.1 101 ");
      Found streams = found.get(60, TimeUnit.SECONDS);
      assumeTrue(!streams.canWrite, "this JDK hands the connection over; there can be a takeover");
      assertThat(streams.canRead).as("nor can anything be read").isFalse();

      client.send("\u0081\u0080\0\0\0\0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));

      assertThat(client.rest()).as("a frame is taken for a request").startsWith("HTTP/1.1 400 ");
      client.stream().close();
    } finally {
      server.stop(0);
    }
  }
}

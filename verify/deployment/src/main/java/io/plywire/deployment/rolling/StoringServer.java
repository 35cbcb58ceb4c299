// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import io.plywire.deployment.process.Console;
import io.plywire.stream.CompletionToken;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.Opening;
import io.plywire.websocket.OverflowPolicy;
import io.plywire.websocket.Reply;
import io.plywire.websocket.Routes;
import io.plywire.websocket.SendQueue;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A server that stores what comes and then acknowledges it; on SIGTERM it ends in good order. */
final class StoringServer {
  private static final int FORGOTTEN = 23; // one of so many
  private static final int MOST_WAITING = 1000;

  /**
   * How one is run.
   *
   * @param host where it listens
   * @param port where it listens, 0 for any
   * @param journal where it stores
   * @param spread over how long its goodbyes go
   * @param deadline when it cuts off what is left
   * @param fault what it does wrong
   */
  record Plan(
      String host, int port, Path journal, Duration spread, Duration deadline, Fault fault) {
    List<String> arguments() {
      return List.of(
          host,
          Integer.toString(port),
          journal.toString(),
          spread.toString(),
          deadline.toString(),
          fault.name());
    }

    static Plan of(String... words) {
      return new Plan(
          words[0],
          Integer.parseInt(words[1]),
          Path.of(words[2]),
          Duration.parse(words[3]),
          Duration.parse(words[4]),
          Fault.valueOf(words[5]));
    }
  }

  private final Plan plan;
  private final Journal journal;
  private final AtomicLong messages = new AtomicLong();

  private StoringServer(Plan plan) throws IOException {
    this.plan = plan;
    this.journal = new Journal(plan.journal());
  }

  public static void main(String[] args) throws Exception {
    StoringServer serving = new StoringServer(Plan.of(args));
    WebSocketServer server = serving.listen();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> serving.end(server), "end"));
    Console.listening(Integer.toString(server.endpoint().port()));
    Console.answer(server::connectionCount);
  }

  private WebSocketServer listen() throws IOException {
    return WebSocketServer.builder()
        .onRequest(
            Routes.none()
                .page("/health", opening -> opening.reply(Reply.text(200, "ok\n")))
                .webSocket("/", Opening::accept))
        .listen("ws://" + plan.host() + ":" + plan.port() + "/", this::opened);
  }

  private void end(WebSocketServer server) {
    if (plan.fault() == Fault.ABORTS) {
      server.close();
      server.connections().forEach(WebSocketStream::abort);
      return;
    }
    try {
      Console.ended(
          Farewell.of(
                  server.asyncShutdown(
                      CloseReason.of(CloseCode.SERVICE_RESTART),
                      plan.fault() == Fault.ALL_AT_ONCE ? Duration.ZERO : plan.spread(),
                      plan.deadline(),
                      CompletionToken.useBlocking()))
              .text());
      journal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void opened(WebSocketStream stream, UpgradeRequest request) {
    new Talk(stream).read();
  }

  /** One connection. */
  private final class Talk {
    private final WebSocketStream stream;
    private final SendQueue acknowledgments;

    Talk(WebSocketStream stream) {
      this.stream = stream;
      acknowledgments =
          new SendQueue(stream, MOST_WAITING, Integer.MAX_VALUE, OverflowPolicy.fail());
    }

    void read() {
      stream.asyncRead(this::received);
    }

    private void received(@Nullable IOException error, @Nullable Message message) {
      if (message == null) {
        return; // it has ended
      }
      String[] words = message.text().split(" ", -1);
      if (plan.fault() != Fault.FORGETS || messages.incrementAndGet() % FORGOTTEN != 0) {
        store(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
      }
      acknowledgments.send(words[1], (failure, bytes) -> {}); // else the client sends it again
      read();
    }

    private void store(int client, int number) {
      try {
        journal.store(client, number);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

import static io.plywire.stream.CompletionToken.useFuture;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.websocket.Message;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A chat in memory, on a manual executor; it lets in whoever knows the token. */
final class ChatHarness implements AutoCloseable {
  static final String TOKEN = "secret";
  private static final String URI = "ws+memory://chat";

  /** A question about a token that waits for its answer. */
  record Question(@Nullable String token, Consumer<Boolean> answer) {}

  final ManualExecutor executor = new ManualExecutor();
  final List<Question> questions;
  final ChatServer chat;
  final WebSocketServer server;
  private final InMemoryTransport transport =
      new InMemoryTransport(executor, new InMemoryRegistry());
  private final List<WebSocketStream> clients = new ArrayList<>();

  /** Makes one that answers at once. */
  ChatHarness() throws IOException {
    this((token, answer) -> answer.accept(TOKEN.equals(token)));
  }

  /** Makes one that answers when it is told to. */
  static ChatHarness asking() throws IOException {
    List<Question> asked = new ArrayList<>();
    ChatHarness harness =
        new ChatHarness((token, answer) -> asked.add(new Question(token, answer)), asked);
    return harness;
  }

  private ChatHarness(TokenCheck tokens) throws IOException {
    this(tokens, List.of());
  }

  private ChatHarness(TokenCheck tokens, List<Question> asked) throws IOException {
    this.questions = asked;
    chat = new ChatServer(tokens);
    server =
        chat.listen(
            WebSocketServer.builder()
                .transport(transport)
                .options(ChatServer.options())
                .limits(ChatServer.limits()),
            URI + "/");
  }

  void run() {
    executor.runUntilIdle(1_000_000);
  }

  /** Begins to connect. */
  CompletableFuture<WebSocketStream> start(String target, WebSocketOptions options) {
    CompletableFuture<WebSocketStream> connected =
        WebSocketClient.builder()
            .transport(transport)
            .options(options.withTimeouts(Timeouts.none()))
            .build()
            .asyncConnect(URI + target, useFuture());
    connected.thenAccept(clients::add);
    return connected;
  }

  CompletableFuture<WebSocketStream> connect(String target) {
    CompletableFuture<WebSocketStream> connected = start(target, WebSocketOptions.defaults());
    run();
    return connected;
  }

  /** Returns how the server answers if it lets nobody in. */
  String refusal(String target) {
    CompletableFuture<WebSocketStream> refused = connect(target);
    assertThat(refused).as(target).isCompletedExceptionally();
    return answer(refused);
  }

  static String answer(CompletableFuture<WebSocketStream> refused) {
    Throwable error = refused.handle((stream, e) -> e).join();
    var response = Objects.requireNonNull(((WebSocketException) error).response());
    String challenge = response.fields().first("WWW-Authenticate");
    return response.status() + (challenge == null ? "" : " " + challenge);
  }

  /** Joins without reading. */
  WebSocketStream join(String room, String name) {
    return connect("/rooms/" + room + "?token=" + TOKEN + "&name=" + name).join();
  }

  Talker talker(String room, String name) {
    Talker talker = new Talker(join(room, name));
    run();
    return talker;
  }

  /** A client that reads all the time. */
  final class Talker {
    final List<String> heard = new ArrayList<>();
    final WebSocketStream stream;
    @Nullable IOException end;

    Talker(WebSocketStream stream) {
      this.stream = stream;
      next();
    }

    private void next() {
      stream.asyncRead(
          (IOException error, Message message) -> {
            if (error != null) {
              end = error;
            } else {
              heard.add(message.text());
              next();
            }
          });
    }

    void say(String text) {
      CompletableFuture<Long> said = stream.asyncWrite(text, useFuture());
      run();
      assertThat(said).isCompleted();
    }

    /** Returns what was heard since the last time. */
    List<String> news() {
      List<String> news = List.copyOf(heard);
      heard.clear();
      return news;
    }

    /** Returns code and reason of the end. */
    String ending() {
      assertThat(end).isInstanceOf(WebSocketException.class);
      var outcome = Objects.requireNonNull(((WebSocketException) end).outcome());
      assertThat(outcome.handshakeComplete()).isTrue();
      return outcome.code() + " " + outcome.reason();
    }
  }

  @Override
  public void close() {
    server.close();
    run();
    clients.forEach(WebSocketStream::abort);
    run();
    assertThat(chat.rooms()).as("rooms left").isZero();
    assertThat(server.connectionCount()).as("connections left").isZero();
    assertThat(executor.pendingTimers()).as("timers left").isZero();
    assertThat(executor.buffers().outstanding()).as("buffers not returned").isZero();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.browser;

import static io.plywire.stream.CompletionToken.useFuture;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.plywire.websocket.Message;
import io.plywire.websocket.OverflowPolicy;
import io.plywire.websocket.SendQueue;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The DevTools protocol: commands with their answers, and events, over a WebSocket, which is one of
 * ours.
 */
final class DevTools implements AutoCloseable {
  /** For each answer. */
  static final long PATIENCE_SECONDS = 120;

  private final WebSocketStream stream;
  private final SendQueue queue;

  // Guarded by this.
  private final Map<String, CompletableFuture<JsonObject>> awaited = new HashMap<>();
  private int commands;
  private @Nullable IOException end;

  private DevTools(WebSocketStream stream) {
    this.stream = stream;
    this.queue = new SendQueue(stream, 1000, 16 << 20, OverflowPolicy.fail());
  }

  static DevTools connect(String address) throws Exception {
    DevTools tools =
        new DevTools(
            WebSocketClient.create()
                .asyncConnect(address, useFuture())
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    tools.readNext();
    return tools;
  }

  private void readNext() {
    stream.asyncRead(this::received);
  }

  private synchronized void received(@Nullable IOException error, @Nullable Message message) {
    if (message == null) {
      end = new IOException("the browser has gone", error);
      awaited.values().forEach(future -> future.completeExceptionally(end));
      return;
    }
    JsonObject json = JsonParser.parseString(message.text()).getAsJsonObject();
    JsonElement session = json.get("sessionId");
    String key =
        json.has("id")
            ? json.get("id").getAsString()
            : key(session == null ? null : session.getAsString(), json.get("method").getAsString());
    CompletableFuture<JsonObject> future = awaited.remove(key);
    if (future != null) {
      future.complete(json);
    }
    readNext();
  }

  private static String key(@Nullable String session, String event) {
    return session + " " + event;
  }

  private synchronized CompletableFuture<JsonObject> await(String key) {
    CompletableFuture<JsonObject> future = new CompletableFuture<>();
    if (end != null) {
      future.completeExceptionally(end);
    }
    awaited.put(key, future);
    return future;
  }

  /** Returns the next event of a kind. */
  CompletableFuture<JsonObject> next(String session, String event) {
    return await(key(session, event));
  }

  /**
   * Has a command carried out, and returns its result.
   *
   * @param session of a page, or null for the browser
   * @param method such as {@code Page.navigate}
   * @param parameters names and values, in turn
   */
  JsonObject call(@Nullable String session, String method, Object... parameters)
      throws IOException, InterruptedException {
    JsonObject command = new JsonObject();
    String id;
    CompletableFuture<JsonObject> answer;
    synchronized (this) {
      command.addProperty("id", ++commands);
      id = Integer.toString(commands);
      answer = await(id);
    }
    command.addProperty("method", method);
    if (session != null) {
      command.addProperty("sessionId", session);
    }
    JsonObject values = new JsonObject();
    for (int i = 0; i < parameters.length; i += 2) {
      String name = (String) parameters[i];
      if (parameters[i + 1] instanceof Boolean is) {
        values.addProperty(name, is);
      } else if (parameters[i + 1] instanceof Number number) {
        values.addProperty(name, number);
      } else {
        values.addProperty(name, (String) parameters[i + 1]);
      }
    }
    command.add("params", values);
    queue.send(command.toString(), (error, bytes) -> {}); // the read hears of the end
    JsonObject answered = get(answer, method);
    if (answered.has("error")) {
      throw new AssertionError(method + ": " + answered.get("error"));
    }
    return answered.getAsJsonObject("result");
  }

  static JsonObject get(CompletableFuture<JsonObject> answer, String what)
      throws IOException, InterruptedException {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(what, e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("no answer to " + what, e);
    }
  }

  @Override
  public void close() {
    stream.abort();
  }
}

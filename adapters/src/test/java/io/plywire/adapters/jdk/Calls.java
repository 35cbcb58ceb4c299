// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/**
 * A listener that keeps what it is called with, requests nothing by itself, and finds out whether
 * its methods overlap.
 */
class Calls implements WebSocket.Listener {
  /** What a method was called with. */
  record Call(String method, Object data, boolean last) {
    @Override
    public String toString() {
      return method + " " + data + (method.equals("text") || method.equals("binary") ? last : "");
    }
  }

  private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();
  private final AtomicInteger inside = new AtomicInteger();
  final AtomicInteger overlaps = new AtomicInteger();

  /** What methods do besides, and return. */
  volatile BiFunction<WebSocket, Call, CompletionStage<?>> reaction = (ws, call) -> null;

  private CompletionStage<?> called(WebSocket ws, String method, Object data, boolean last) {
    if (inside.incrementAndGet() != 1) {
      overlaps.incrementAndGet();
    }
    try {
      Call call = new Call(method, data, last);
      calls.add(call);
      return reaction.apply(ws, call);
    } finally {
      inside.decrementAndGet();
    }
  }

  @Override
  public void onOpen(WebSocket webSocket) {
    called(webSocket, "open", "", true);
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    return called(webSocket, "text", data.toString(), last);
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return called(webSocket, "binary", bytes, last);
  }

  @Override
  public CompletionStage<?> onPing(WebSocket webSocket, ByteBuffer message) {
    return called(webSocket, "ping", StandardCharsets.UTF_8.decode(message).toString(), true);
  }

  @Override
  public CompletionStage<?> onPong(WebSocket webSocket, ByteBuffer message) {
    return called(webSocket, "pong", StandardCharsets.UTF_8.decode(message).toString(), true);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
    return called(webSocket, "close", statusCode + " " + reason, true);
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    called(webSocket, "error", error, true);
  }

  /** Waits for the next call. */
  Call next() {
    try {
      Call call = calls.poll(60, TimeUnit.SECONDS);
      assertThat(call).as("the next call").isNotNull();
      return call;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for the next call, which is of that method, and returns what it was called with. */
  Object next(String method) {
    Call call = next();
    assertThat(call.method()).as("%s", call).isEqualTo(method);
    return call.data();
  }

  /** Returns the calls that came and were not looked at. */
  List<String> others() {
    List<Call> found = new ArrayList<>();
    calls.drainTo(found);
    return found.stream().map(Call::toString).toList();
  }
}

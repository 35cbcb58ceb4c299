// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/** Jetty's side of a conversation: an echo, or one that keeps what it hears. */
public final class JettyEndpoint extends Session.Listener.AbstractAutoDemanding {
  final CompletableFuture<Session> session = new CompletableFuture<>();
  final CompletableFuture<String> closed = new CompletableFuture<>();
  final CompletableFuture<Throwable> failed = new CompletableFuture<>();
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
  private final boolean echo;

  JettyEndpoint(boolean echo) {
    this.echo = echo;
  }

  Object next() throws InterruptedException {
    Object found = heard.poll(20, TimeUnit.SECONDS);
    assertThat(found).as("what Jetty hears next").isNotNull();
    return found;
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    super.onWebSocketOpen(opened);
    session.complete(opened);
  }

  @Override
  public void onWebSocketText(String message) {
    if (echo) {
      getSession().sendText(message, Callback.NOOP);
    } else {
      heard.add(message);
    }
  }

  @Override
  public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
    if (echo) {
      getSession().sendBinary(payload, callback);
    } else {
      byte[] copy = new byte[payload.remaining()];
      payload.get(copy);
      heard.add(copy);
      callback.succeed();
    }
  }

  @Override
  public void onWebSocketPing(ByteBuffer payload) {
    heard.add("PING " + StandardCharsets.UTF_8.decode(payload.duplicate()));
    getSession().sendPong(payload, Callback.NOOP);
  }

  @Override
  public void onWebSocketPong(ByteBuffer payload) {
    heard.add("PONG " + StandardCharsets.UTF_8.decode(payload.duplicate()));
  }

  @Override
  public void onWebSocketClose(int statusCode, String reason, Callback callback) {
    closed.complete(statusCode + " " + (reason == null ? "" : reason));
    callback.succeed();
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    failed.complete(cause);
  }
}

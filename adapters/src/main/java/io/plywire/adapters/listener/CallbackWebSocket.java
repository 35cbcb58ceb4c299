// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.listener;

import io.plywire.adapters.internal.CallbackThreads;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.OperationPendingException;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.SendQueue;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket that tells a {@link WebSocketListener} what happens, and can be sent with from any
 * thread: the style of OkHttp and Java-WebSocket, for clients and servers.
 *
 * {@snippet :
 * CallbackWebSocket.connect(WebSocketClient.create(), "ws://localhost:8080/", new Chat());
 * WebSocketServer.listen("ws://localhost:8080/", CallbackWebSocket.serving(request -> new Chat()));
 * }
 *
 * <p>Messages to be sent wait in a {@link SendQueue} within the bounds of the {@link
 * ListenerOptions}. The WebSocket lives until it is closed, by whichever side, or breaks.
 *
 * <p>Thread safety: every method may be called by any thread, the listener's included.
 */
public final class CallbackWebSocket {
  private final WebSocketStream stream;
  private final SendQueue queue;
  private final Executor executor;

  private CallbackWebSocket(WebSocketStream stream, ListenerOptions options) {
    this.stream = stream;
    this.queue =
        new SendQueue(stream, options.queuedMessages(), options.queuedBytes(), options.overflow());
    this.executor = options.executor();
  }

  // ---- making one

  /**
   * Connects with default options.
   *
   * @param client how to connect
   * @param uri such as {@code ws://example.com/chat}
   * @param listener is told of what happens once it is open
   * @return completes when it is open; a connect that fails is told by the future alone. Cancelling
   *     it ends the connect
   * @throws IllegalArgumentException if the URI is none of a WebSocket, or an option does not fit
   */
  public static CompletableFuture<CallbackWebSocket> connect(
      WebSocketClient client, String uri, WebSocketListener listener) {
    return connect(client, uri, listener, ListenerOptions.defaults());
  }

  /**
   * Connects.
   *
   * @param client how to connect
   * @param uri such as {@code ws://example.com/chat}
   * @param listener is told of what happens once it is open
   * @param options where the listener runs, and how much may wait
   * @return as in {@link #connect(WebSocketClient, String, WebSocketListener)}
   * @throws IllegalArgumentException if the URI is none of a WebSocket, or an option does not fit
   */
  @SuppressWarnings("FutureReturnValueIgnored") // of stages that only hand on
  public static CompletableFuture<CallbackWebSocket> connect(
      WebSocketClient client, String uri, WebSocketListener listener, ListenerOptions options) {
    Objects.requireNonNull(listener, "listener");
    Objects.requireNonNull(options, "options");
    CompletableFuture<CallbackWebSocket> opened = new CompletableFuture<>();
    CompletableFuture<WebSocketStream> connecting =
        client.asyncConnect(uri, CompletionToken.useFuture());
    connecting.whenComplete(
        (stream, error) ->
            CallbackThreads.run(
                options.executor(), () -> settle(opened, stream, error, listener, options)));
    opened.whenComplete((ws, error) -> connecting.cancel(false)); // in vain if it was that
    return opened;
  }

  private static void settle(
      CompletableFuture<CallbackWebSocket> opened,
      @Nullable WebSocketStream stream,
      @Nullable Throwable error,
      WebSocketListener listener,
      ListenerOptions options) {
    if (stream == null) {
      opened.completeExceptionally(Objects.requireNonNull(error));
    } else {
      CallbackWebSocket ws = attach(stream, listener, options);
      if (!opened.complete(ws)) {
        ws.abort(); // nobody waits for it any more
      }
    }
  }

  /**
   * Makes a handler for a server that gives each WebSocket a listener, with default options.
   *
   * @param listeners makes one for each request; on the event loop, so it must not block
   */
  public static WebSocketServer.ConnectionHandler serving(
      Function<UpgradeRequest, WebSocketListener> listeners) {
    return serving(listeners, ListenerOptions.defaults());
  }

  /**
   * Makes a handler for a server that gives each WebSocket a listener.
   *
   * @param listeners makes one for each request; on the event loop, so it must not block
   * @param options where the listeners run, and how much may wait for each
   */
  public static WebSocketServer.ConnectionHandler serving(
      Function<UpgradeRequest, WebSocketListener> listeners, ListenerOptions options) {
    Objects.requireNonNull(listeners, "listeners");
    Objects.requireNonNull(options, "options");
    return (stream, request) -> attach(stream, listeners.apply(request), options);
  }

  /**
   * Gives a stream that is open a listener. From now on the listener reads, and hears of control
   * frames; the application must do neither.
   *
   * @param stream open, in any role
   * @param listener is told of what happens; the first call is {@code onOpen}
   * @param options where the listener runs, and how much may wait
   */
  public static CallbackWebSocket attach(
      WebSocketStream stream, WebSocketListener listener, ListenerOptions options) {
    CallbackWebSocket ws = new CallbackWebSocket(stream, options);
    new Listening(ws, stream, listener, options.executor()).begin();
    return ws;
  }

  // ---- sending

  /**
   * Sends a text.
   *
   * @param text what to send
   * @return completes when the text is with the layer below; fails with an {@link IOException},
   *     {@link io.plywire.websocket.WebSocketError#QUEUE_FULL} if it does not fit
   * @throws IllegalArgumentException if the text has a surrogate without its partner
   */
  public CompletableFuture<Void> send(String text) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    queue.send(text, (error, bytes) -> complete(sent, error));
    return sent;
  }

  /**
   * Sends a binary message.
   *
   * @param bytes what to send, from position to limit; belongs to the queue until completion
   * @return as in {@link #send(String)}
   */
  public CompletableFuture<Void> send(ByteBuffer bytes) {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    queue.send(MessageKind.BINARY, bytes, (error, count) -> complete(sent, error));
    return sent;
  }

  private void complete(CompletableFuture<Void> sent, @Nullable IOException error) {
    CallbackThreads.run(
        executor,
        () -> {
          if (error == null) {
            sent.complete(null);
          } else {
            sent.completeExceptionally(error);
          }
        });
  }

  /** Returns how many bytes wait or are being sent. */
  public long queuedBytes() {
    return queue.queuedBytes();
  }

  /** Returns how many messages wait or are being sent. */
  public int queuedMessages() {
    return queue.queuedMessages();
  }

  // ---- the end

  /**
   * Closes the WebSocket when all that waits has been sent; what comes later is refused. {@code
   * onClose} or {@code onFailure} follows. Does nothing if that was asked for before.
   *
   * @param code such as 1000
   * @param reason at most {@value CloseReason#MAX_REASON_BYTES} bytes in UTF-8
   * @return whether this call began it
   * @throws IllegalArgumentException if the code may not be sent, or the reason is too long
   */
  public boolean close(int code, String reason) {
    try {
      queue.closeAfterFlush(new CloseReason(code, reason), (error, outcome) -> {});
      return true;
    } catch (OperationPendingException e) {
      return false;
    }
  }

  /** Ends the connection at once; {@code onFailure} follows. Idempotent. */
  public void abort() {
    stream.abort();
  }

  /** Returns whether it is open: no closing handshake has begun. */
  public boolean isOpen() {
    return stream.isOpen();
  }

  /** Returns the stream inside, for all else; it must not be read from or written to. */
  public WebSocketStream stream() {
    return stream;
  }

  @Override
  public String toString() {
    return "CallbackWebSocket[" + stream + "]";
  }
}

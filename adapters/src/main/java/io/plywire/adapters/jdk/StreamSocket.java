// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import io.plywire.adapters.internal.CallbackThreads;
import io.plywire.spi.ExecutorAdapter;
import io.plywire.websocket.WebSocketStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** The face itself: an input and an output that end each by itself, and how both end at once. */
final class StreamSocket implements WebSocket {
  private final WebSocketStream stream;
  private final Listener listener;
  private final Executor executor;
  private final ExecutorAdapter calls; // of the listener, one at a time
  private final Input input;
  private final Output output;
  private final AtomicBoolean lastCalled = new AtomicBoolean(); // onClose or onError, or none ever
  private volatile boolean aborted;

  StreamSocket(WebSocketStream stream, Listener listener, Executor executor) {
    this.stream = stream;
    this.listener = listener;
    this.executor = executor;
    this.calls = new ExecutorAdapter(executor);
    this.input = new Input(this, stream);
    this.output = new Output(this, stream);
  }

  /** Tells the listener that it is open; on the executor of the stream, before anything else. */
  void open() {
    stream.answerClose(false); // the listener decides when
    stream.controlCallback(input);
    call(() -> listener.onOpen(this), () -> {});
  }

  /**
   * Calls the listener after all earlier calls have returned; what it throws ends the WebSocket.
   *
   * @param then runs afterwards, on the executor of the stream
   */
  void call(Runnable call, Runnable then) {
    calls.execute(
        () -> {
          if (aborted) {
            return;
          }
          try {
            call.run();
          } catch (Throwable e) {
            fail(e);
            return;
          }
          stream.executor().execute(then);
        });
  }

  Listener listener() {
    return listener;
  }

  Output output() {
    return output;
  }

  /** Returns whether the caller is the one who may make the last call of the listener. */
  boolean takeLastCall() {
    return lastCalled.compareAndSet(false, true);
  }

  /** Ends both sides, and tells the listener why unless it has been told of an end. */
  void fail(Throwable why) {
    input.close();
    output.close();
    stream.abort();
    if (takeLastCall()) {
      call(() -> callOnError(why), () -> {});
    }
  }

  private void callOnError(Throwable why) {
    listener.onError(this, why);
  }

  /** Runs what an application has hung on a future, where that may block. */
  void complete(Runnable completion) {
    CallbackThreads.run(executor, completion);
  }

  // ---- the face

  @Override
  public CompletableFuture<WebSocket> sendText(CharSequence data, boolean last) {
    return output.sendText(Objects.requireNonNull(data, "data"), last);
  }

  @Override
  public CompletableFuture<WebSocket> sendBinary(ByteBuffer data, boolean last) {
    return output.sendBinary(Objects.requireNonNull(data, "data"), last);
  }

  @Override
  public CompletableFuture<WebSocket> sendPing(ByteBuffer message) {
    return output.sendControl(Objects.requireNonNull(message, "message"), stream::asyncPing);
  }

  @Override
  public CompletableFuture<WebSocket> sendPong(ByteBuffer message) {
    return output.sendControl(Objects.requireNonNull(message, "message"), stream::asyncPong);
  }

  @Override
  public CompletableFuture<WebSocket> sendClose(int statusCode, String reason) {
    return output.sendClose(statusCode, Objects.requireNonNull(reason, "reason"));
  }

  @Override
  public void request(long n) {
    input.request(n);
  }

  @Override
  public String getSubprotocol() {
    return Objects.requireNonNullElse(stream.subprotocol(), "");
  }

  @Override
  public boolean isOutputClosed() {
    return output.isClosed();
  }

  @Override
  public boolean isInputClosed() {
    return input.isClosed();
  }

  @Override
  public void abort() {
    aborted = true;
    lastCalled.set(true);
    input.close();
    output.close();
    stream.abort();
  }

  @Override
  public String toString() {
    return "WebSocket["
        + (isInputClosed() ? "input closed, " : "")
        + (isOutputClosed() ? "output closed, " : "")
        + stream
        + "]";
  }
}

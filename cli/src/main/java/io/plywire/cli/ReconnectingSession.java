// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.stream.CompletionToken;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.reconnect.Delivery;
import io.plywire.websocket.reconnect.DeliveryException;
import io.plywire.websocket.reconnect.Ending;
import io.plywire.websocket.reconnect.Reconnector;
import io.plywire.websocket.reconnect.ReconnectorState;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A conversation in lines over connections that come back. While there is none, the next line
 * waits, and no further one is read.
 */
final class ReconnectingSession {
  private static final Duration GOODBYE = Duration.ofSeconds(3);

  private final Dialer dialer;
  private final PrintWriter err;
  private final SessionOutput output;
  private final LineInput input;
  private final boolean rawBinary;
  private final boolean onlyOne;
  private final Reconnector reconnector;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger unsent = new AtomicInteger(); // lines that are no text
  private volatile boolean leaving;
  private boolean hadOne; // the executor's

  /**
   * Makes one that connects at once.
   *
   * @param rawBinary whether lines are sent as binary messages
   * @param onlyOne whether it ends after the first message, and not with the input
   */
  ReconnectingSession(
      Dialer dialer,
      WebSocketClient client,
      Terminal terminal,
      SessionOutput output,
      boolean rawBinary,
      boolean onlyOne) {
    this.dialer = dialer;
    this.err = terminal.errWriter();
    this.output = output;
    this.input = new LineInput(terminal);
    this.rawBinary = rawBinary;
    this.onlyOne = onlyOne;
    synchronized (this) { // what is heard on the loop may need it at once
      this.reconnector =
          Reconnector.builder(client, dialer.endpoint().toString())
              .onOpen(
                  (webSocket, first, done) -> {
                    output.opened(webSocket);
                    done.completed(null, null);
                  })
              .onMessage(this::print)
              .onState(this::changed)
              .start();
    }
  }

  /**
   * Talks until it is over.
   *
   * @return the exit code
   * @throws CommandFailure if it did not end well
   */
  int run() throws CommandFailure {
    input.readBy(this::sendLines);
    try {
      ended.await();
    } catch (InterruptedException e) {
      leave();
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted", e);
    }
    Ending ending = reconnector.state().ending();
    if (!leaving && ending != null) {
      int exitCode = verdict(ending);
      if (exitCode != ExitCode.OK) {
        return exitCode;
      }
    }
    return input.verdict(unsent.get());
  }

  private int verdict(Ending ending) throws CommandFailure {
    IOException error =
        ending.error() == null ? new IOException("the WebSocket has ended") : ending.error();
    if (ending.outcome() != null) {
      return LineSession.exitCode(ending.outcome(), error);
    }
    throw dialer.failure(error);
  }

  /** Closes with 1001 and waits for the end, but not for long. From any thread but the loop's. */
  void leave() {
    close(CloseReason.of(CloseCode.GOING_AWAY));
    try {
      if (!ended.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS)) {
        err.println("the server did not answer the close in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void close(CloseReason reason) {
    leaving = true;
    reconnector.asyncClose(reason, (error, state) -> {});
  }

  // ---- on the executor

  private void changed(ReconnectorState state) {
    Ending ending = state.ending();
    switch (state.phase()) {
      case WAITING -> output.waiting(state, why(Objects.requireNonNull(ending)));
      case STOPPED -> {
        if (ending != null && ending.outcome() != null) {
          output.ended(ending.outcome(), ending.closeCode() != 0);
        }
        ended.countDown();
      }
      default -> {}
    }
  }

  private static String why(Ending ending) {
    return ending.outcome() != null && ending.outcome().received() != null
        ? "closed by the server: " + OneLine.of(ending.outcome().received().toString())
        : ending.error() == null ? "the connection has ended" : OneLine.of(ending.error());
  }

  private void print(Message message) {
    if (onlyOne && hadOne) {
      return;
    }
    hadOne = true;
    ByteBuffer payload = message.payload();
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    output.message(message.kind(), bytes);
    if (onlyOne || output.isGone()) {
      close(onlyOne ? CloseReason.NORMAL : CloseReason.of(CloseCode.GOING_AWAY));
    }
  }

  // ---- lines from standard input; on a thread of its own

  private void sendLines() {
    for (byte[] line = input.next(); line != null && !leaving; line = input.next()) {
      send(line);
    }
    if (!onlyOne || input.hasFailed()) {
      close(CloseReason.NORMAL);
    }
  }

  private void send(byte[] line) {
    MessageKind kind = rawBinary ? MessageKind.BINARY : MessageKind.TEXT;
    CompletionToken<Long, Long, IOException> blocking = useBlocking();
    try {
      reconnector.send(kind, ByteBuffer.wrap(line), blocking);
    } catch (IOException e) {
      if (isNoText(e)) {
        unsent.incrementAndGet();
      } else if (!leaving) {
        err.println(
            Delivery.of(e) == Delivery.UNKNOWN
                ? "a line may have been lost: the connection broke while it was sent"
                : "a line was not sent: " + OneLine.of(e));
      }
    }
  }

  private static boolean isNoText(@Nullable Throwable e) {
    Throwable at = e instanceof DeliveryException ? e.getCause() : e;
    return at instanceof WebSocketException known
        && known.error() == WebSocketError.BAD_OUTGOING_TEXT;
  }
}

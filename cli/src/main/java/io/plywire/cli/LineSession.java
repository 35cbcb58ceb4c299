// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.stream.Durations;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
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
 * A conversation in lines over an open WebSocket.
 *
 * <p>Two parties: a daemon thread reads lines and writes each with the blocking style, so that it
 * reads no further than the server takes; and the loop of the stream reads messages, one handler
 * starting the next read, so that a read is outstanding at any time and nothing is dropped while a
 * close is under way. Messages are printed right there: the loop has nothing else to do, and a slow
 * reader of our output slows the server down.
 */
final class LineSession {
  private static final Duration GOODBYE = Duration.ofSeconds(3);

  private final WebSocketStream webSocket;
  private final PrintWriter err;
  private final SessionOutput output;
  private final boolean rawBinary;
  private final boolean onlyOne;
  private @Nullable MessageBuffer memory; // the loop's
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable IOException end;
  private volatile boolean leaving;
  private volatile boolean pinging;
  private boolean hadOne; // the loop's, until the end
  private final AtomicInteger unsent = new AtomicInteger(); // lines that are no text
  private final LineInput input;

  /**
   * Makes one that has yet to {@link #run}.
   *
   * @param output where messages are shown
   * @param rawBinary whether lines are sent as binary messages
   * @param onlyOne whether it ends after the first message, and not with the input
   */
  LineSession(
      WebSocketStream webSocket,
      Terminal terminal,
      SessionOutput output,
      boolean rawBinary,
      boolean onlyOne) {
    this.webSocket = webSocket;
    this.err = terminal.errWriter();
    this.input = new LineInput(terminal);
    this.output = output;
    this.rawBinary = rawBinary;
    this.onlyOne = onlyOne;
    webSocket.controlCallback(this::controlled);
  }

  /** Sends pings from now on and prints what they took. */
  void ping(Duration interval) {
    pinging = true;
    StreamExecutor executor = webSocket.executor();
    executor.schedule(interval, () -> pingNow(interval));
  }

  private void controlled(ControlCallback.Kind kind, ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    boolean ours = pinging && kind == ControlCallback.Kind.PONG && bytes.length == Long.BYTES;
    output.control(
        kind, bytes, ours ? (System.nanoTime() - ByteBuffer.wrap(bytes).getLong()) / 1e6 : null);
  }

  private void pingNow(Duration interval) {
    if (!webSocket.isOpen()) {
      return;
    }
    ByteBuffer payload = ByteBuffer.allocate(Long.BYTES).putLong(System.nanoTime()).flip();
    webSocket.asyncPing(
        payload,
        (error, nothing) -> {
          if (error == null) {
            webSocket.executor().schedule(interval, () -> pingNow(interval));
          }
        });
  }

  /**
   * Talks until the WebSocket has ended.
   *
   * @return the exit code
   * @throws CommandFailure if it did not end well
   */
  int run() throws CommandFailure {
    webSocket.executor().execute(this::readFirst);
    input.readBy(this::sendLines);
    try {
      ended.await();
    } catch (InterruptedException e) {
      leave();
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted", e);
    }
    CloseOutcome outcome = webSocket.closeOutcome();
    if (outcome != null) {
      output.ended(outcome, outcome.initiator() == opposite());
    }
    int exitCode = verdict(outcome, Objects.requireNonNull(end));
    return exitCode == ExitCode.OK ? input.verdict(unsent.get()) : exitCode;
  }

  /** Closes with 1001 and waits for the end, but not for long. From any thread but the loop's. */
  void leave() {
    leaving = true;
    close(CloseReason.of(CloseCode.GOING_AWAY));
    try {
      if (!ended.await(GOODBYE.toMillis(), TimeUnit.MILLISECONDS)) {
        err.println("the server did not answer the close within " + Durations.text(GOODBYE));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- messages from the server; on the loop

  private void readFirst() {
    MessageBuffer borrowing =
        MessageBuffer.borrowing(webSocket.executor().buffers(), Integer.MAX_VALUE - 8);
    memory = borrowing;
    webSocket.asyncRead(borrowing, this::received);
  }

  private void received(@Nullable IOException error, long bytes) {
    MessageBuffer message = Objects.requireNonNull(memory);
    if (error == null) {
      print(message.data());
      message.clear();
      webSocket.asyncRead(message, this::received);
    } else {
      message.clear();
      end = error;
      ended.countDown();
    }
  }

  private void print(ByteBuffer payload) {
    if (onlyOne && hadOne) {
      return;
    }
    hadOne = true;
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    output.message(webSocket.receivedKind(), bytes);
    if (output.isGone() && !leaving) {
      leaving = true;
      close(CloseReason.of(CloseCode.GOING_AWAY));
    } else if (onlyOne) {
      close(CloseReason.NORMAL);
    }
  }

  // ---- lines from standard input; on a thread of its own

  private void sendLines() {
    try {
      for (byte[] line = input.next(); line != null; line = input.next()) {
        send(line);
      }
    } catch (IOException e) {
      // The read hears why the connection ended.
    }
    if (!onlyOne || input.hasFailed()) {
      close(CloseReason.NORMAL);
    }
  }

  private void send(byte[] line) throws IOException {
    try {
      webSocket.asyncWrite(
          rawBinary ? MessageKind.BINARY : MessageKind.TEXT, ByteBuffer.wrap(line), useBlocking());
    } catch (WebSocketException e) {
      if (e.error() != WebSocketError.BAD_OUTGOING_TEXT) {
        throw e;
      }
      unsent.incrementAndGet();
    }
  }

  private void close(CloseReason reason) {
    try {
      webSocket.asyncClose(reason, (error, outcome) -> {});
    } catch (OperationPendingException e) {
      // Closing already.
    }
  }

  // ---- the end

  private Role opposite() {
    return webSocket.role() == Role.CLIENT ? Role.SERVER : Role.CLIENT;
  }

  private int verdict(@Nullable CloseOutcome outcome, IOException error) throws CommandFailure {
    int exitCode = exitCode(outcome, error);
    if (onlyOne && !hadOne && !leaving) {
      throw new CommandFailure(
          ExitCode.FAILED,
          "closed before a message came: "
              + OneLine.of(String.valueOf(outcome == null ? null : outcome.received())),
          error);
    }
    return exitCode;
  }

  /**
   * Says how a WebSocket that was open has ended.
   *
   * @throws CommandFailure if that was not in order
   */
  static int exitCode(@Nullable CloseOutcome outcome, IOException error) throws CommandFailure {
    if (outcome != null && outcome.cause() != null) {
      throw new CommandFailure(
          ExitCode.of(outcome.cause()), OneLine.of(outcome.cause()), outcome.cause());
    }
    if (outcome == null || outcome.received() == null) {
      throw new CommandFailure(ExitCode.of(error), OneLine.of(error), error);
    }
    CloseReason said = outcome.received();
    int exitCode = ExitCode.ofCloseCode(said.code());
    if (exitCode != ExitCode.OK) {
      throw new CommandFailure(exitCode, "closed by the server: " + said, error);
    }
    return exitCode;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.stream.Durations;
import io.plywire.stream.OperationPendingException;
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
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
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
  private final Terminal terminal;
  private final PrintStream out;
  private final PrintWriter err;
  private final boolean rawBinary;
  private @Nullable MessageBuffer memory; // the loop's
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable IOException end;
  private volatile boolean leaving;
  private final AtomicInteger unsent = new AtomicInteger(); // lines that are no text
  private volatile @Nullable IOException inputFailure;

  LineSession(WebSocketStream webSocket, Terminal terminal, boolean rawBinary) {
    this.webSocket = webSocket;
    this.terminal = terminal;
    this.out = terminal.out();
    this.err = terminal.errWriter();
    this.rawBinary = rawBinary;
  }

  /** Sends pings from now on and prints what they took. */
  void ping(Duration interval) {
    webSocket.controlCallback(
        (kind, payload) -> {
          if (kind == ControlCallback.Kind.PONG && payload.remaining() == Long.BYTES) {
            double millis = (System.nanoTime() - payload.getLong()) / 1e6;
            err.println(String.format(Locale.ROOT, "pong after %.3f ms", millis));
          }
        });
    StreamExecutor executor = webSocket.executor();
    executor.schedule(interval, () -> pingNow(interval));
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
    Thread input = new Thread(this::sendLines, "plywire-stdin");
    input.setDaemon(true);
    input.start();
    try {
      ended.await();
    } catch (InterruptedException e) {
      leave();
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.FAILED, "interrupted", e);
    }
    int exitCode = verdict(Objects.requireNonNull(end));
    return exitCode == ExitCode.OK ? verdictOnInput() : exitCode;
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
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    if (webSocket.receivedKind() == MessageKind.TEXT) {
      out.write(bytes, 0, bytes.length);
      out.write('\n');
    } else if (rawBinary) {
      out.write(bytes, 0, bytes.length);
    } else {
      byte[] line =
          ("binary: " + HexFormat.of().formatHex(bytes) + "\n").getBytes(StandardCharsets.US_ASCII);
      out.write(line, 0, line.length);
    }
    if (out.checkError() && !leaving) { // which flushes; whoever read our output has gone
      leaving = true;
      close(CloseReason.of(CloseCode.GOING_AWAY));
    }
  }

  // ---- lines from standard input; on a thread of its own

  private void sendLines() {
    InputStream in = new BufferedInputStream(terminal.in(), 1 << 16);
    try {
      for (byte[] line = nextLine(in); line != null; line = nextLine(in)) {
        send(line);
      }
    } catch (IOException e) {
      // The read hears why the connection ended.
    }
    close(CloseReason.NORMAL);
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

  /** Returns null at the end, which an input that fails has come to. */
  private byte @Nullable [] nextLine(InputStream in) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    try {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      for (; b >= 0 && b != '\n'; b = in.read()) {
        line.write(b);
      }
      return line.toByteArray();
    } catch (IOException e) {
      inputFailure = e;
      return null; // a line that may have been cut is not sent
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

  private int verdictOnInput() throws CommandFailure {
    IOException failure = inputFailure;
    if (failure != null) {
      throw new CommandFailure(
          ExitCode.FAILED, "standard input cannot be read: " + OneLine.of(failure), failure);
    }
    int lines = unsent.get();
    if (lines > 0) {
      throw new CommandFailure(
          ExitCode.FAILED,
          (lines == 1 ? "1 line was not sent, which is" : lines + " lines were not sent, which are")
              + " not valid UTF-8; --binary sends any bytes",
          null);
    }
    return ExitCode.OK;
  }

  private int verdict(IOException error) throws CommandFailure {
    CloseOutcome outcome = webSocket.closeOutcome();
    if (outcome != null && outcome.cause() != null) {
      throw new CommandFailure(
          ExitCode.of(outcome.cause()), OneLine.of(outcome.cause()), outcome.cause());
    }
    if (outcome == null || outcome.received() == null) {
      throw new CommandFailure(ExitCode.of(error), OneLine.of(error), error);
    }
    CloseReason said = outcome.received();
    boolean theirs = outcome.initiator() != webSocket.role();
    int exitCode = ExitCode.ofCloseCode(said.code());
    if (exitCode != ExitCode.OK) {
      throw new CommandFailure(exitCode, "closed by the server: " + said, error);
    }
    if (theirs) {
      err.println("closed by the server: " + OneLine.of(said.toString()));
    }
    return exitCode;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;

/** An end of a pipe that sends what it is told and keeps what it gets. */
public final class RawPeer {
  private final AsyncStream stream;
  private final Deque<ByteBuffer> toSend = new ArrayDeque<>();
  private final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final ByteBuffer chunk = ByteBuffer.allocate(4096);
  private boolean writing;
  private boolean reading;
  private boolean paused;
  private boolean stopped;
  private final CancellationSignal stopReading = new CancellationSignal();
  private IOException end;

  RawPeer(AsyncStream stream) {
    this.stream = stream;
    resume();
  }

  /** Sends bytes after those given before. */
  public void send(byte[] bytes) {
    toSend.add(ByteBuffer.wrap(bytes));
    write();
  }

  public void send(String text) {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public void send(Frame... frames) {
    send(Frame.encodeAll(frames));
  }

  private void write() {
    if (writing || toSend.isEmpty() || stopped) {
      return;
    }
    writing = true;
    ByteBuffer next = toSend.peek();
    stream.asyncWriteSome(
        new ByteBuffer[] {next},
        (error, n) -> {
          writing = false;
          if (error != null) {
            toSend.clear();
            return;
          }
          if (!next.hasRemaining()) {
            toSend.poll();
          }
          write();
        });
  }

  /** Reads on. */
  public void resume() {
    paused = false;
    read();
  }

  /** Stops reading until {@link #resume}; what is on its way stays there once this has run. */
  public void pause() {
    paused = true;
    stopReading.emit(CancellationType.TOTAL);
  }

  private void read() {
    if (reading || paused || stopped || end != null) {
      return;
    }
    reading = true;
    stream.asyncReadSome(
        chunk.clear(),
        IoHandler.bindCancellationSlot(
            stopReading.slot(),
            (error, n) -> {
              reading = false;
              if (error == null) {
                received.write(chunk.array(), 0, (int) n);
              } else if (!(error instanceof StreamException known)
                  || known.cancellation() == null) {
                end = error;
              }
              read();
            }));
  }

  /** Returns everything that was received and not {@linkplain #forgetHead forgotten}. */
  public byte[] received() {
    return received.toByteArray();
  }

  public String receivedText() {
    return received.toString(StandardCharsets.ISO_8859_1);
  }

  /** Returns what was received as frames. */
  public List<Frame> frames() {
    return Frame.decodeAll(received());
  }

  public List<String> briefs() {
    return frames().stream().map(Frame::brief).toList();
  }

  public void forgetHead() {
    received.reset();
  }

  /** Returns how the stream of bytes ended, or null if it has not. */
  public IOException end() {
    return end;
  }

  /** Goes away without a word. */
  public void stop() {
    stopped = true;
    stream.close();
  }

  /** Returns the answer to an upgrade request. */
  public static String response(String request, String... fields) {
    String field = "Sec-WebSocket-Key: ";
    int from = request.indexOf(field) + field.length();
    String key = request.substring(from, request.indexOf("\r\n", from));
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: "
        + accept(key)
        + "\r\n"
        + lines(fields)
        + "\r\n";
  }

  static String lines(String... fields) {
    StringBuilder lines = new StringBuilder();
    for (String field : fields) {
      lines.append(field).append("\r\n");
    }
    return lines.toString();
  }

  private static String accept(String key) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.stream.OperationException;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Recorded;
import io.plywire.tls.TlsException;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;

/** Reads all messages of a stream, one read after the other, and puts in words what came. */
final class Reading {
  /**
   * What is wrong with a compressed message: which is noticed first, and after how many bytes, may
   * depend on how much of it is there.
   */
  private static final Set<String> DEPENDS_ON_CUTS =
      Set.of("MESSAGE_TOO_BIG", "BAD_COMPRESSED_PAYLOAD", "BAD_FRAME_PAYLOAD");

  private final Harness h;
  private final WebSocketStream stream;
  private final boolean whole;
  private final long max;
  private final StringBuilder words = new StringBuilder();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private Recorded<Long> read;
  private MessageBuffer buffer;
  private ByteBuffer some;
  private boolean ended;

  /**
   * Makes one.
   *
   * @param whole reads whole messages, not whatever is there
   * @param max how long a message may be
   */
  Reading(Harness h, WebSocketStream stream, boolean whole, long max) {
    this.h = h;
    this.stream = stream;
    this.whole = whole;
    this.max = max;
  }

  /** Reads as far as it goes. */
  void goOn() {
    h.run();
    while (!ended) {
      if (read == null) {
        start();
        h.run();
      }
      if (!read.isDone()) {
        return;
      }
      take();
    }
  }

  private void start() {
    read = h.handler("read");
    if (whole) {
      buffer = new MessageBuffer(0);
      stream.asyncRead(buffer, Recorded.io(read));
    } else {
      some = ByteBuffer.allocate(7);
      stream.asyncReadSome(some, Recorded.io(read));
    }
  }

  private void take() {
    IOException error = read.error();
    read = null;
    ByteBuffer bytes = whole ? buffer.data() : some.flip();
    while (bytes.hasRemaining()) {
      message.write(bytes.get());
    }
    Check.that(message.size() <= max, message.size(), " bytes, the limit is ", max);
    if (error != null) {
      ended = true;
      String name = name(error);
      if (stream.deflate() != null && DEPENDS_ON_CUTS.contains(name)) {
        words.append("refused");
      } else {
        // Behind what is no text, the rest of a piece may stand in the buffer as well.
        words.append("torn ").append(name.equals("BAD_FRAME_PAYLOAD") ? "text" : shown());
        words.append(", ").append(name).append(", ").append(stream.closeOutcome());
      }
    } else if (stream.receivedMessageDone()) {
      words.append(stream.receivedKind()).append(' ');
      words.append(shown()).append('\n');
      message.reset();
    }
  }

  private String shown() {
    byte[] bytes = message.toByteArray();
    return bytes.length <= 40
        ? HexFormat.of().formatHex(bytes)
        : bytes.length + " bytes with the hash " + Arrays.hashCode(bytes);
  }

  /** Returns what came, and how it ended. */
  String words() {
    Check.that(ended, "a read without an end: ", stream);
    return words.toString();
  }

  /** Returns which error it is; all of them are documented ones. */
  static String name(IOException error) {
    Check.that(error instanceof OperationException, "an error of another kind: ", error);
    if (error instanceof WebSocketException of) {
      return of.error().name();
    }
    if (error instanceof TlsException of) {
      return of.error().name();
    }
    return error instanceof StreamException of ? of.error().name() : error.toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.Upgrade;
import io.plywire.bench.echo.wire.Wire;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;

/**
 * A connection that is upgraded and then ends: the client stops sending, without a close frame, and
 * waits until the server has closed too.
 */
final class Caller {
  private static final int MAX_ANSWER_BYTES = 4096;

  private final long beganAt = System.nanoTime();
  private final SocketChannel channel;
  private final Wire wire;
  private final ByteBuffer request;
  private boolean secured;
  private boolean leaving; // it was upgraded
  private String answer = "";

  /** Connects. */
  Caller(Opening opening, Sources sources, int port) throws IOException {
    channel = sources.connect();
    wire = opening.wire(channel);
    request = ByteBuffer.wrap(Upgrade.request(port));
  }

  /** Says the first word. */
  void start(Selector selector) throws IOException {
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ, this);
    ask();
  }

  private void ask() throws IOException {
    secured = Opening.secured(wire);
    if (secured) {
      // A fresh socket takes so little at once.
      wire.write(request);
      if (request.hasRemaining() || !wire.flush()) {
        throw new IOException("the request did not fit the socket's buffer");
      }
    }
  }

  /**
   * Does what is next when there is something to read.
   *
   * @param target memory to read into
   * @param latencies where to record when it was upgraded, in nanoseconds from the beginning
   * @return whether both sides have closed
   */
  boolean ready(ByteBuffer target, Histogram latencies) throws IOException {
    if (leaving) {
      if (channel.read(target.clear()) >= 0) {
        return false; // a close frame, or whatever a server has to say
      }
      wire.close(); // with what its engine holds
      return true;
    }
    if (!secured) {
      ask();
      return false;
    }
    if (wire.read(target.clear()) < 0) {
      throw new EOFException("the server ended the connection instead of upgrading it");
    }
    answer += StandardCharsets.ISO_8859_1.decode(target.flip());
    if (answer.length() > MAX_ANSWER_BYTES) {
      throw new IOException("the server's answer is longer than " + MAX_ANSWER_BYTES + " bytes");
    }
    if (Opening.answerLength(answer) > 0) {
      latencies.recordValue(System.nanoTime() - beganAt);
      leaving = true;
      channel.shutdownOutput();
    }
    return false;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import io.plywire.bench.echo.wire.Wire;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import org.HdrHistogram.Histogram;

/** A connection that always has the same number of messages under way. */
final class LoadConnection implements Closeable {
  private final Wire wire;
  private final SelectionKey key;
  private final ByteBuffer frames;
  private final int frameBytes;
  private final int ringBytes;
  private final AnswerReader answers;

  private final long[] sentAt; // by the number of the message, in a ring
  private long sent;
  private long unsentBytes;
  private int ringPosition;
  private boolean waiting; // until the socket takes more

  /**
   * Makes a connection that has not sent anything.
   *
   * @param wire upgraded, not blocking
   * @param key of its channel, interested in reading
   */
  LoadConnection(Wire wire, SelectionKey key, Traffic traffic, AnswerReader answers, int inFlight) {
    this.wire = wire;
    this.key = key;
    this.frames = traffic.frames();
    this.frameBytes = traffic.frameBytes();
    this.ringBytes = traffic.ringBytes();
    this.answers = answers;
    this.sentAt = new long[inFlight];
  }

  /** Sends as many messages as shall be under way. */
  void start() throws IOException {
    send(sentAt.length);
  }

  /**
   * Reads once.
   *
   * @param target memory to read into
   * @param latencies where to record how long each message took, in nanoseconds
   * @param more whether to answer what came with as many new messages
   * @return how many messages came back
   */
  int ready(ByteBuffer target, Histogram latencies, boolean more) throws IOException {
    if (key.isWritable()) {
      flush();
    }
    if (!key.isReadable()) {
      return 0;
    }
    if (wire.read(target.clear()) < 0) {
      throw new EOFException("the server ended a connection");
    }
    long first = answers.messages();
    int came = answers.read(target.flip());
    if (came > 0) {
      long now = System.nanoTime();
      for (int i = 0; i < came; i++) {
        latencies.recordValue(now - sentAt[(int) ((first + i) % sentAt.length)]);
      }
      if (more) {
        send(came);
      }
    }
    return came;
  }

  private void send(int messages) throws IOException {
    long now = System.nanoTime();
    for (int i = 0; i < messages; i++) {
      sentAt[(int) (sent++ % sentAt.length)] = now;
    }
    unsentBytes += (long) messages * frameBytes;
    if (!waiting) {
      flush();
    }
  }

  private void flush() throws IOException {
    boolean room = true;
    while (unsentBytes > 0 && room) {
      int wanted = (int) Math.min(unsentBytes, frames.capacity() - ringPosition);
      int written = wire.write(frames.limit(ringPosition + wanted).position(ringPosition));
      ringPosition = (ringPosition + written) % ringBytes;
      unsentBytes -= written;
      room = written == wanted;
    }
    boolean flushed = wire.flush();
    if (waiting == (flushed && room)) {
      waiting = !waiting;
      key.interestOps(
          waiting ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}

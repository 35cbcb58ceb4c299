// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.inmemory.InMemoryStream;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Passes bytes on in one direction, and does to them what a test wants, at a chosen byte. */
final class Relay {
  private static final long NEVER = Long.MAX_VALUE;

  private final InMemoryStream from;
  private final InMemoryStream to;
  private final ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
  private long passed;
  private long pauseAt = NEVER;
  private long pauseAgainAfter = NEVER;
  private long endAt = NEVER;
  private long changeAt = NEVER;
  private int change;
  private boolean paused;

  Relay(InMemoryStream from, InMemoryStream to) {
    this.from = from;
    this.to = to;
  }

  /** Lets so many bytes pass and then waits for {@link #resume}. */
  Relay pauseAt(long bytes) {
    pauseAt = bytes;
    return this;
  }

  /**
   * Lets so many bytes pass and then waits for {@link #resume}, and again after each so many more.
   */
  Relay pauseAt(long bytes, long more) {
    pauseAgainAfter = more;
    return pauseAt(bytes);
  }

  /** Lets so many bytes pass and then ends the direction; what follows vanishes. */
  Relay endAt(long bytes) {
    endAt = bytes;
    return this;
  }

  /** Changes some bits of one byte. */
  Relay changeAt(long index, int bits) {
    changeAt = index;
    change = bits;
    return this;
  }

  Relay start() {
    if (passed == endAt) {
      to.shutdownOutput();
    }
    read();
    return this;
  }

  /**
   * Goes on after a pause.
   *
   * @return whether bytes were waiting
   */
  boolean resume() {
    boolean waiting = paused;
    if (waiting) {
      pauseAt = pauseAgainAfter == NEVER ? NEVER : pauseAt + pauseAgainAfter;
      paused = false;
      write();
    }
    return waiting;
  }

  long passed() {
    return passed;
  }

  private void read() {
    buffer.clear();
    from.asyncReadSome(buffer, this::got);
  }

  private void got(@Nullable IOException error, long count) {
    if (error != null) {
      boolean ended = error instanceof StreamException known && known.error() == StreamError.EOF;
      if (ended && passed < endAt) {
        shutdown();
      }
      return;
    }
    buffer.flip();
    if (passed >= endAt) {
      read(); // what follows vanishes
      return;
    }
    if (changeAt >= passed && changeAt < passed + buffer.remaining()) {
      int at = (int) (changeAt - passed);
      buffer.put(at, (byte) (buffer.get(at) ^ change));
    }
    write();
  }

  private void shutdown() {
    try {
      to.shutdownOutput();
    } catch (IllegalStateException alreadyClosing) {
      // The test closes everything just now.
    }
  }

  private void write() {
    int limit = buffer.limit();
    long most = Math.min(pauseAt, endAt) - passed;
    if (most == 0) {
      paused = true;
      return;
    }
    ByteBuffer piece = buffer.duplicate();
    piece.limit((int) Math.min(limit, buffer.position() + most));
    to.asyncWriteSome(
        new ByteBuffer[] {piece},
        (error, count) -> {
          if (error != null) {
            return;
          }
          passed += count;
          buffer.position(buffer.position() + (int) count);
          if (passed == endAt) {
            shutdown();
            read();
          } else if (buffer.hasRemaining()) {
            write();
          } else {
            read();
          }
        });
  }
}

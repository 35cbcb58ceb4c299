// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.spi.PendingOperation;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * The direction from the peer. Remembers what is known about the socket's receive buffer, so that
 * no system call is made whose result is known.
 */
final class ReadOperation extends PendingOperation {
  /** What is known about the socket's receive buffer. */
  private enum Content {
    /** The selector said that there is something. */
    THERE,
    /** There may be something: nobody has looked yet, or the last read filled its buffer. */
    UNKNOWN,
    /** There was nothing more; the selector will tell. */
    NOTHING
  }

  /** No bytes will come: {@link #end} says why. */
  private static final int ENDED = -1;

  private final NioStream stream;
  private Content content = Content.UNKNOWN;
  private int fairness;
  private @Nullable ByteBuffer target; // of the read that is pending; null for a wait
  private @Nullable StreamException end; // sticky

  ReadOperation(NioStream stream) {
    super(stream.loop());
    this.stream = stream;
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new ReadPendingException(operation);
  }

  @Override
  protected void closeStream() {
    stream.close();
  }

  @Override
  protected boolean isOver() {
    return stream.isOver();
  }

  /**
   * Initiates a read, or a wait if there is no target.
   *
   * @throws ReadPendingException if one is outstanding
   */
  void initiate(String operation, @Nullable ByteBuffer into, IoHandler handler) {
    claim(operation);
    target = into;
    initiate(handler, stream.isUsable());
  }

  @Override
  protected void start() {
    ByteBuffer into = target;
    if (into == null) {
      if (content == Content.THERE || hasEnded()) {
        end(null, 0);
        return;
      }
    } else if (!into.hasRemaining()) {
      end(null, 0);
      return;
    } else {
      int n = mayTry() ? read(into) : 0;
      if (n != 0) {
        endRead(n);
        return;
      }
    }
    stream.addInterest(SelectionKey.OP_READ);
  }

  private void endRead(int n) {
    end(n < 0 ? end : null, Math.max(0, n));
  }

  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    target = null;
  }

  /** Called when the selector says that there is something. */
  void ready() {
    content = Content.THERE;
    if (!isWaiting()) {
      // Nobody wants it now; without interest the selector does not repeat itself.
      stream.dropInterest(SelectionKey.OP_READ);
      return;
    }
    ByteBuffer into = target;
    int n = into == null ? 0 : read(into);
    if (n != 0 || into == null) {
      endRead(n);
    }
  }

  /** Called when writing failed; a read still gets what arrived before. */
  void streamFailed() {
    if (!isWaiting()) {
      return;
    }
    ByteBuffer into = target;
    int n = into == null ? 0 : read(into);
    endPosted(n < 0 ? end : null, Math.max(0, n));
  }

  private boolean hasEnded() {
    return end != null || stream.failure() != null;
  }

  private boolean mayTry() {
    if (hasEnded()) {
      return true; // the selector has nothing more to say
    }
    if (content == Content.NOTHING) {
      return false;
    }
    fairness = Fairness.count(fairness, stream.loop().turn());
    return Fairness.isGranted(fairness);
  }

  /**
   * Reads once.
   *
   * @return how many bytes were read; 0 if there are none; {@link #ENDED}
   */
  private int read(ByteBuffer into) {
    if (end != null) {
      return ENDED;
    }
    int asked;
    int n;
    try {
      if (into.isDirect()) {
        asked = into.remaining();
        n = stream.channel().read(into);
      } else {
        ByteBuffer scratch = stream.loop().scratch();
        asked = Math.min(into.remaining(), scratch.capacity());
        n = stream.channel().read(scratch.limit(asked));
        into.put(scratch.flip());
      }
    } catch (IOException e) {
      return failed(e);
    } catch (OutOfMemoryError e) {
      return failed(new IOException("no direct memory is left", e));
    }
    StreamException failure = stream.failure();
    if (failure != null && n <= 0) {
      end = failure; // an end of stream after a reset is none
      return ENDED;
    }
    if (n < 0) {
      end = new StreamException(StreamError.EOF, "the peer ended the stream: " + stream);
      stream.dropInterest(SelectionKey.OP_READ);
      return ENDED;
    }
    content = n < asked ? Content.NOTHING : Content.UNKNOWN;
    return n;
  }

  private int failed(IOException e) {
    boolean first = stream.failure() == null;
    end = stream.failed(e);
    if (first) {
      stream.writes().streamFailed();
    }
    return ENDED;
  }

  /**
   * Reads for nobody; for the teardown.
   *
   * @return as {@link #read}
   */
  int discard() {
    return read(stream.loop().scratch());
  }

  @Nullable StreamException end() {
    return end;
  }

  @Override
  public String toString() {
    return stream.toString();
  }
}

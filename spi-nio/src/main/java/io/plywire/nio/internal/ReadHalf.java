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
final class ReadHalf extends PendingOperation {
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

  /** Reads at once in a turn; then the other connections get theirs. */
  private static final int TRIES_PER_TURN = 16;

  private final NioStream stream;
  private Content content = Content.UNKNOWN;
  private int lastTurn;
  private int triesInTurn;
  private @Nullable ByteBuffer target; // of the read that waits; null for a wait
  private @Nullable StreamException end; // sticky

  ReadHalf(NioStream stream) {
    super(stream.loop());
    this.stream = stream;
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new ReadPendingException(operation);
  }

  /**
   * Initiates a read, or a wait if there is no target.
   *
   * @throws ReadPendingException if one is outstanding
   */
  void initiate(String operation, @Nullable ByteBuffer into, IoHandler handler) {
    int id = claim(operation);
    boolean open = stream.isUsable();
    if (stream.loop().isCurrent()) {
      start(id, into, handler, open, true);
    } else {
      handler.cancellationSlot().assign(this, id);
      stream.loop().execute(() -> start(id, into, handler, open, false));
    }
  }

  private void start(
      int id, @Nullable ByteBuffer into, IoHandler handler, boolean open, boolean inCall) {
    IOException refusal = arrive(id, open);
    if (refusal != null) {
      complete(handler, inCall, refusal, 0);
    } else if (into == null) {
      if (content == Content.THERE || hasEnded()) {
        complete(handler, inCall, null, 0);
      } else {
        awaitContent(null, handler, inCall);
      }
    } else if (!into.hasRemaining()) {
      complete(handler, inCall, null, 0);
    } else {
      int n = mayTry() ? read(into) : 0;
      if (n == 0) {
        awaitContent(into, handler, inCall);
      } else {
        complete(handler, inCall, n < 0 ? end : null, Math.max(0, n));
      }
    }
  }

  private void awaitContent(@Nullable ByteBuffer into, IoHandler handler, boolean inCall) {
    target = into;
    await(handler, inCall);
    stream.addInterest(SelectionKey.OP_READ);
  }

  @Override
  protected boolean isOver() {
    return stream.isOver();
  }

  @Override
  protected void forgetArguments() {
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
    if (n != 0) {
      end(n < 0 ? end : null, Math.max(0, n));
    } else if (into == null) {
      end(null, 0);
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
    int turn = stream.loop().turn();
    if (turn != lastTurn) {
      lastTurn = turn;
      triesInTurn = 0;
    }
    return triesInTurn++ < TRIES_PER_TURN;
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
    end = stream.failed(e);
    stream.writes().streamFailed();
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
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.spi.PendingOperation;
import io.plywire.stream.IoHandler;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The direction to the peer. Collects small writes until the end of the turn, and otherwise hands
 * bytes to the socket without copying where it can.
 */
final class WriteOperation extends PendingOperation {
  /*
   * What was accepted and not written stays in "out" and always goes first. "blocked" says that
   * the socket took less than it was offered: nothing more is offered before the selector says so.
   * There is interest in writing if and only if the stream is blocked and something waits for it,
   * content of "out" or an operation.
   */

  /** Nothing more will be taken: the stream's failure says why. */
  private static final int FAILED = -1;

  private static final ByteBuffer[] NONE = {};

  private final NioStream stream;
  private final OutBuffer out = new OutBuffer();
  private boolean blocked;
  private boolean dirty; // the loop will call endOfTurn
  private int fairness;
  private ByteBuffer[] sources = NONE; // of the write that is pending

  WriteOperation(NioStream stream) {
    super(stream.loop());
    this.stream = stream;
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new WritePendingException(operation);
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
   * Initiates a write.
   *
   * @throws WritePendingException if one is outstanding
   */
  void initiate(ByteBuffer[] from, IoHandler handler) {
    claim("asyncWriteSome");
    sources = from;
    initiate(handler, stream.isUsable());
  }

  @Override
  protected void start() {
    ByteBuffer[] from = sources;
    long total = remaining(from);
    long n = total == 0 ? 0 : accept(from, total);
    if (n == 0 && total > 0) {
      stream.addInterest(SelectionKey.OP_WRITE);
    } else {
      endWrite(n);
    }
  }

  private void endWrite(long n) {
    end(n < 0 ? stream.failure() : null, Math.max(0, n));
  }

  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    sources = NONE;
  }

  /** Called when the selector says that the socket takes bytes. */
  void ready() {
    blocked = false;
    flush();
    if (isWaiting()) {
      long n = accept(sources, remaining(sources));
      if (n != 0) {
        endWrite(n);
      }
    }
    if (!blocked || (out.isEmpty() && !isWaiting())) {
      stream.dropInterest(SelectionKey.OP_WRITE);
    }
  }

  /** Called by the loop when all is collected that was written in this turn. */
  void endOfTurn() {
    dirty = false;
    if (!blocked) {
      flush();
    }
  }

  /** Called when reading failed: what was accepted cannot get out any more. */
  void streamFailed() {
    discard();
    if (isWaiting()) {
      endPosted(stream.failure(), 0);
    }
  }

  /** Returns how much was accepted and not written; for tests. */
  int heldBytes() {
    return out.size();
  }

  /** Forgets what was accepted and not written. */
  void discard() {
    out.discard(stream.loop().buffers());
  }

  /**
   * Takes as many bytes as can be taken now.
   *
   * @return how many; 0 if none; {@link #FAILED}
   */
  private long accept(ByteBuffer[] from, long total) {
    try {
      return offer(from, total);
    } catch (OutOfMemoryError e) {
      return failed(new IOException("no direct memory is left", e));
    }
  }

  private long offer(ByteBuffer[] from, long total) {
    if (stream.failure() != null) {
      return FAILED;
    }
    if (total <= stream.coalesceBytes()) {
      return collect(from, (int) total);
    }
    if (blocked || !mayTry()) {
      return 0;
    }
    if (allDirect(from)) {
      return gather(from, total);
    }
    // What exceeds the window would have to leave by two system calls.
    boolean kept = stream.coalesceBytes() > 0 && total <= OutBuffer.WINDOW_BYTES;
    return kept || !out.isEmpty() ? copyThroughOut(from, total) : copyThroughScratch(from, total);
  }

  private int collect(ByteBuffer[] from, int total) {
    if (out.room() < total && !blocked && mayTry()) {
      flush();
    }
    if (stream.failure() != null) {
      return FAILED;
    }
    if (out.room() < total || (blocked && !out.isEmpty())) {
      return 0; // what the peer does not take is not piled up here as well
    }
    out.append(from, total, stream.loop().buffers());
    OutBuffer.advance(from, total);
    if (blocked) {
      stream.addInterest(SelectionKey.OP_WRITE);
    } else if (!dirty) {
      dirty = true;
      stream.loop().atEndOfTurn(stream);
    }
    return total;
  }

  private long gather(ByteBuffer[] from, long total) {
    if (!out.isEmpty()) {
      return gatherAfterOut(from, total);
    }
    SocketChannel channel = stream.channel();
    long n;
    try {
      n = from.length == 1 ? channel.write(from[0]) : channel.write(from);
    } catch (IOException e) {
      return failed(e);
    }
    blocked = n < total;
    return n;
  }

  /** Writes what was collected and the sources with one system call. */
  private long gatherAfterOut(ByteBuffer[] from, long total) {
    ByteBuffer[] all = stream.loop().gatherArray();
    if (from.length >= all.length) {
      return flush() ? gather(from, total) : stream.failure() == null ? 0 : FAILED;
    }
    int held = out.size();
    long n;
    all[0] = out.content();
    System.arraycopy(from, 0, all, 1, from.length);
    try {
      n = stream.channel().write(all, 0, from.length + 1);
    } catch (IOException e) {
      return failed(e);
    } finally {
      Arrays.fill(all, 0, from.length + 1, null);
    }
    blocked = n < held + total;
    if (!out.drained(stream.loop().buffers())) {
      stream.addInterest(SelectionKey.OP_WRITE);
      return 0;
    }
    return n - held;
  }

  /** Appends what there is room for and writes at once; what the socket leaves stays here. */
  private long copyThroughOut(ByteBuffer[] from, long total) {
    if (out.room() == 0) {
      flush();
    }
    int n = (int) Math.min(total, out.room());
    if (n > 0 && stream.failure() == null) {
      out.append(from, n, stream.loop().buffers());
      flush();
    }
    if (stream.failure() != null) {
      return FAILED;
    }
    OutBuffer.advance(from, n);
    return n;
  }

  private long copyThroughScratch(ByteBuffer[] from, long total) {
    ByteBuffer scratch = stream.loop().scratch();
    int offered = (int) Math.min(total, scratch.capacity());
    OutBuffer.copy(from, scratch, 0, offered);
    int n;
    try {
      n = stream.channel().write(scratch.limit(offered));
    } catch (IOException e) {
      return failed(e);
    }
    blocked = n < offered;
    OutBuffer.advance(from, n);
    return n;
  }

  /** As {@link #flush}, but the selector may have said that the socket takes bytes again. */
  boolean flushReady() {
    blocked = false;
    boolean done = flush();
    if (done) {
      stream.dropInterest(SelectionKey.OP_WRITE);
    }
    return done;
  }

  /**
   * Writes what was collected.
   *
   * @return whether nothing is left
   */
  boolean flush() {
    if (out.isEmpty()) {
      return stream.failure() == null;
    }
    try {
      stream.channel().write(out.content());
    } catch (IOException e) {
      failed(e);
      return false;
    }
    if (out.drained(stream.loop().buffers())) {
      return true;
    }
    blocked = true;
    stream.addInterest(SelectionKey.OP_WRITE);
    return false;
  }

  private int failed(IOException e) {
    boolean first = stream.failure() == null;
    stream.failed(e);
    discard();
    if (first) {
      stream.reads().streamFailed();
    }
    return FAILED;
  }

  private boolean mayTry() {
    fairness = Fairness.count(fairness, stream.loop().turn());
    if (Fairness.isGranted(fairness)) {
      return true;
    }
    blocked = true; // as good as: the selector will say when to go on
    return false;
  }

  private static long remaining(ByteBuffer[] buffers) {
    long total = 0;
    for (ByteBuffer buffer : buffers) {
      total += buffer.remaining();
    }
    return total;
  }

  private static boolean allDirect(ByteBuffer[] buffers) {
    for (ByteBuffer buffer : buffers) {
      if (!buffer.isDirect() && buffer.hasRemaining()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return stream.toString();
  }
}

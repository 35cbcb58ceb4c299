// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.StreamExecutor;
import io.plywire.stream.StreamExecutor.Timer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The skeleton of a stream over what is <em>started</em> and completes some time later: a medium
 * that fills or empties a buffer and calls back, such as {@link
 * java.nio.channels.AsynchronousSocketChannel}, or a blocking call on a thread of its own. It is a
 * {@link ReadinessStream} that has buffers of its own in between:
 *
 * {@snippet :
 * final class ChannelStream extends CompletionStream {
 *   protected void beginRead(ByteBuffer target, Completion completion) {
 *     channel.read(target, null, completion);
 *   }
 *
 *   protected void beginWrite(ByteBuffer source, Completion completion) {
 *     channel.write(source, null, completion);
 *   }
 *
 *   protected void shutdownOutput() throws IOException {
 *     channel.shutdownOutput();
 *   }
 *
 *   protected void closeNow() throws IOException {
 *     channel.close();
 *   }
 * }
 * }
 *
 * <p>What the medium has been given cannot be taken back from it. So a read goes ahead into one
 * buffer of the stream, once somebody wants to read, and what nobody takes stays there for the
 * next; a read that is cancelled leaves the caller's buffer alone and loses nothing. A write is
 * accepted by copying it into another buffer if that is free, and waits if it is not; a write that
 * is cancelled while it waits is not sent. The buffers are borrowed from the executor while they
 * have content or the medium has them.
 *
 * <p>The traits are those of {@link ReadinessStream}. What a stream accepts beyond what the medium
 * does by itself is one buffer.
 */
public abstract class CompletionStream extends ReadinessStream {
  /** How large the buffers are unless a number is given. */
  public static final int BUFFER_BYTES = 16 * 1024;

  /**
   * How long an end of the input is held back while a write is under way. When a connection is
   * reset, a system tells one of the two that it was, and the other one that it has ended.
   */
  private static final Duration DOUBT_TIME = Duration.ofMillis(500);

  private final int bufferBytes;
  private final Inbound in = new Inbound();
  private final Outbound out = new Outbound();

  /**
   * Makes an open stream with the usual bounds.
   *
   * @param executor where its operations run
   */
  protected CompletionStream(StreamExecutor executor) {
    this(executor, TeardownLimits.defaults(), BUFFER_BYTES);
  }

  /**
   * Makes an open stream.
   *
   * @param executor where its operations run
   * @param limits how much its teardown bears with the peer
   * @param bufferBytes how large the buffer of each direction is
   * @throws IllegalArgumentException if the buffers have no room
   */
  protected CompletionStream(StreamExecutor executor, TeardownLimits limits, int bufferBytes) {
    super(executor, limits);
    if (bufferBytes <= 0) {
      throw new IllegalArgumentException("buffers of " + bufferBytes + " bytes have no room");
    }
    this.bufferBytes = bufferBytes;
  }

  /**
   * Gets to know how a transfer has ended: by one call of one of these, on any thread, also within
   * the start. It can be given to the JDK's asynchronous channels as it is, without an attachment.
   */
  public interface Completion extends CompletionHandler<Integer, @Nullable Object> {
    /**
     * The medium has moved some bytes and has no use for the buffer any more.
     *
     * @param bytes how many; -1 for a read that found the end
     */
    void completed(int bytes);

    /**
     * The connection is lost, or the stream was closed.
     *
     * @param error what is known
     */
    void failed(Throwable error);

    @Override
    default void completed(Integer bytes, @Nullable Object attachment) {
      completed((int) bytes);
    }

    @Override
    default void failed(Throwable error, @Nullable Object attachment) {
      failed(error);
    }
  }

  // ---------------------------------------------------------------- what the author says

  /**
   * Starts to read at least one byte. Called on the stream's executor, one at a time; must not
   * block. When the connection is lost or closed, the read completes, too.
   *
   * @param target direct and with room; belongs to the medium until the completion
   * @param completion to be called once; always the same object
   * @throws IOException if the connection is lost; then the completion is not called
   */
  protected abstract void beginRead(ByteBuffer target, Completion completion) throws IOException;

  /**
   * Starts to write at least one byte; as {@link #beginRead}.
   *
   * @param source direct and with content; belongs to the medium until the completion
   * @param completion to be called once; always the same object
   * @throws IOException if the connection is lost; then the completion is not called
   */
  protected abstract void beginWrite(ByteBuffer source, Completion completion) throws IOException;

  // ---------------------------------------------------------------- what the skeleton asks

  @Override
  protected final int tryRead(ByteBuffer target) throws IOException {
    return in.take(target);
  }

  @Override
  protected final long tryWrite(ByteBuffer[] sources) throws IOException {
    return out.put(sources);
  }

  @Override
  protected final void awaitReadable() {
    in.await();
  }

  @Override
  protected final void awaitWritable() {
    out.await();
  }

  @Override
  protected final boolean tryFlush() throws IOException {
    return out.isFlushed();
  }

  @Override
  final boolean canReadOn() {
    return in.failure == null && !in.ended;
  }

  @Override
  final void giveMemoryBack() {
    in.endDoubt();
    in.giveBack();
    out.giveBack();
  }

  /** A buffer that belongs to the medium at times, and what the medium said of it last. */
  private abstract class Transfer implements Completion, Runnable {
    @Nullable ByteBuffer buffer;
    boolean underWay;
    @Nullable IOException failure; // sticky

    // From the medium's thread to the executor, by way of its queue.
    private int bytes;
    private @Nullable Throwable error;

    abstract void start(ByteBuffer borrowed) throws IOException;

    abstract void ended(ByteBuffer moved, int count);

    /** Tells the stream that something has changed. */
    abstract void changed();

    final ByteBuffer borrowed() {
      ByteBuffer known = buffer;
      if (known == null) {
        known = executor().buffers().acquire(bufferBytes).limit(bufferBytes);
        buffer = known;
      }
      return known;
    }

    final void giveBack() {
      ByteBuffer known = buffer;
      if (known != null && !underWay) {
        buffer = null;
        executor().buffers().release(known);
      }
    }

    final void begin() {
      ByteBuffer known = borrowed();
      underWay = true;
      try {
        start(known);
      } catch (IOException | RuntimeException | Error e) {
        failed(e);
      }
    }

    @Override
    public final void completed(int count) {
      bytes = count;
      executor().execute(this);
    }

    @Override
    public final void failed(Throwable why) {
      error = why;
      executor().execute(this);
    }

    /** On the executor, when the medium has completed. */
    @Override
    public final void run() {
      ByteBuffer known = borrowed();
      Throwable why = error;
      underWay = false;
      if (!isOpen()) {
        giveBack();
      } else if (why != null) {
        failure = why instanceof IOException e ? e : new IOException(why.toString(), why);
        giveBack();
        transferFailed(failure);
        changed();
      } else {
        ended(known, bytes);
      }
    }

    final void requireNoFailure() throws IOException {
      if (failure != null) {
        throw failure;
      }
    }
  }

  /** Reads ahead; the buffer is there while it has content, or the medium has it. */
  private final class Inbound extends Transfer {
    private boolean ended;
    private @Nullable Timer doubt; // whether the end is one; the medium still counts as reading

    int take(ByteBuffer target) throws IOException {
      ByteBuffer content = buffer;
      if (content == null) {
        requireNoFailure();
        return ended ? -1 : 0;
      }
      if (underWay) {
        return 0;
      }
      int n = move(content, target);
      if (!content.hasRemaining()) {
        giveBack();
      }
      return n;
    }

    void await() {
      if (underWay) {
        return;
      }
      if (buffer != null || ended || failure != null) {
        readable();
      } else {
        begin();
      }
    }

    @Override
    void start(ByteBuffer borrowed) throws IOException {
      beginRead(borrowed, this);
    }

    @Override
    void ended(ByteBuffer moved, int count) {
      if (count == 0) {
        moved.clear().limit(bufferBytes);
        begin();
        return;
      }
      moved.position(0).limit(Math.max(0, count));
      if (count > 0) {
        changed();
      } else if (out.underWay) {
        underWay = true;
        doubt = executor().schedule(DOUBT_TIME, this::settleDoubt);
      } else {
        end();
      }
    }

    private void end() {
      ended = true;
      giveBack();
      changed();
    }

    /** The write has told what it knows, or will not. */
    void settleDoubt() {
      if (doubt != null) {
        endDoubt();
        end();
      }
    }

    /** Called when the stream is closed. */
    void endDoubt() {
      if (doubt != null) {
        doubt.cancel();
        doubt = null;
        underWay = false;
      }
    }

    @Override
    void changed() {
      readable();
    }
  }

  /** What was accepted; the buffer is there while the medium has it. */
  private final class Outbound extends Transfer {
    private int start;

    long put(ByteBuffer[] sources) throws IOException {
      requireNoFailure();
      if (underWay) {
        return 0;
      }
      ByteBuffer room = borrowed();
      for (ByteBuffer source : sources) {
        move(source, room);
      }
      int accepted = room.position();
      room.flip();
      begin();
      return accepted;
    }

    boolean isFlushed() throws IOException {
      requireNoFailure();
      return !underWay;
    }

    void await() {
      if (!underWay) {
        writable();
      }
    }

    @Override
    void start(ByteBuffer borrowed) throws IOException {
      start = borrowed.position();
      beginWrite(borrowed, this);
    }

    @Override
    void ended(ByteBuffer moved, int count) {
      moved.position(start + Math.max(0, count));
      if (moved.hasRemaining()) {
        begin();
      } else {
        giveBack();
        changed();
      }
    }

    @Override
    void changed() {
      in.settleDoubt();
      writable();
    }
  }

  /** Moves what there is and fits. */
  private static int move(ByteBuffer from, ByteBuffer to) {
    int n = Math.min(from.remaining(), to.remaining());
    if (n > 0) {
      int limit = from.limit();
      to.put(from.limit(from.position() + n));
      from.limit(limit);
    }
    return n;
  }
}

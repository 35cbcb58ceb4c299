// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The stream below a layer, in the hands of somebody who means no good. */
public final class Meddler extends ForwardingStream {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private volatile int most = Integer.MAX_VALUE;
  private volatile long endsAfter = Long.MAX_VALUE;
  private volatile long changes = -1;
  private volatile int changedBits = 0xff;
  private volatile long read;
  private volatile @Nullable Splice splice;
  private ByteBuffer spliced = ByteBuffer.allocate(0); // guarded by this

  /** Bytes of the input that become others as a whole. */
  private static final class Splice {
    private final byte[] taken;
    private final UnaryOperator<byte[]> change;
    private int filled;

    Splice(int bytes, UnaryOperator<byte[]> change) {
      this.taken = new byte[bytes];
      this.change = change;
    }
  }

  public Meddler(AsyncStream inner) {
    super(inner);
  }

  /** Moves at most so many bytes at a time from now on. */
  public void inPiecesOf(int bytes) {
    most = bytes;
  }

  /** Ends the input after so many more bytes. */
  public void endAfter(long bytes) {
    endsAfter = read + bytes;
  }

  /** Changes the byte that is read after so many more. */
  public void changeAfter(long bytes) {
    changeAfter(bytes, 0xff);
  }

  /** Changes some bits of the byte that is read after so many more. */
  public void changeAfter(long bytes, int bits) {
    changedBits = bits;
    changes = read + bytes;
  }

  /** Puts something else in the place of the next bytes that are read. */
  public void replace(int bytes, UnaryOperator<byte[]> change) {
    splice = new Splice(bytes, change);
  }

  /** Returns what was written so far. */
  public byte[] written() {
    synchronized (written) {
      return written.toByteArray();
    }
  }

  /** Returns how many bytes have been read. */
  public long read() {
    return read;
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    if (hasSpliced() && target.hasRemaining()) {
      next().asyncReadSome(ByteBuffer.allocate(0), fromSplice(target, handler));
      return;
    }
    long left = endsAfter - read;
    if (left <= 0) {
      // Nothing comes any more; what the inner stream says about that does not matter.
      IoHandler ended = ended(handler);
      next().asyncReadSome(target.duplicate().limit(target.position()), ended);
      return;
    }
    int allowed = (int) Math.min(most, left);
    int limit = target.limit();
    int position = target.position();
    if (target.remaining() > allowed) {
      target.limit(position + allowed);
    }
    next()
        .asyncReadSome(
            target,
            IoHandler.with(
                handler,
                (error, bytes) -> {
                  target.limit(limit);
                  Splice changing = splice;
                  if (changing != null && error == null && bytes > 0) {
                    take(changing, target.position(position), (int) bytes);
                    asyncReadSome(target, handler);
                    return;
                  }
                  long at = changes - read;
                  if (at >= 0 && at < bytes) {
                    int index = position + (int) at;
                    target.put(index, (byte) (target.get(index) ^ changedBits));
                  }
                  // A read that was under way when the end was ordained may have got too much.
                  long kept = Math.min(bytes, endsAfter - read);
                  target.position(position + (int) kept);
                  long before = read;
                  read = before + kept;
                  if (error == null && kept == 0 && bytes > 0) {
                    handler.completed(
                        new StreamException(StreamError.EOF, "the TCK cut it here"), 0);
                  } else {
                    handler.completed(error, kept);
                  }
                }));
  }

  private synchronized boolean hasSpliced() {
    return spliced.hasRemaining();
  }

  /** Takes what has come for the splice; once that is whole, there is something to read again. */
  private synchronized void take(Splice changing, ByteBuffer source, int bytes) {
    ByteBuffer came = source.slice(source.position(), bytes);
    int some = Math.min(bytes, changing.taken.length - changing.filled);
    came.get(changing.taken, changing.filled, some);
    changing.filled += some;
    if (changing.filled == changing.taken.length) {
      splice = null;
      byte[] instead = changing.change.apply(changing.taken);
      ByteBuffer all = ByteBuffer.allocate(instead.length + came.remaining());
      spliced = all.put(instead).put(came).flip();
    }
  }

  private IoHandler fromSplice(ByteBuffer target, IoHandler handler) {
    return IoHandler.with(
        handler,
        (error, bytes) -> {
          int n = error == null ? giveSpliced(target) : 0;
          handler.completed(error, n);
        });
  }

  private synchronized int giveSpliced(ByteBuffer target) {
    int n = Math.min(target.remaining(), spliced.remaining());
    target.put(spliced.slice(spliced.position(), n));
    spliced.position(spliced.position() + n);
    read += n;
    return n;
  }

  private static IoHandler ended(IoHandler handler) {
    return IoHandler.with(
        handler,
        (error, bytes) ->
            handler.completed(new StreamException(StreamError.EOF, "the TCK cut it here"), 0));
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    int allowed = most;
    boolean cuts = allowed < Integer.MAX_VALUE;
    ByteBuffer[] offered = cuts ? first(sources, allowed) : sources;
    ByteBuffer[] before = new ByteBuffer[offered.length];
    for (int i = 0; i < offered.length; i++) {
      before[i] = offered[i].duplicate();
    }
    next()
        .asyncWriteSome(
            offered,
            IoHandler.with(
                handler,
                (error, bytes) -> {
                  note(before, bytes);
                  if (cuts) {
                    advance(sources, (int) bytes);
                  }
                  handler.completed(error, bytes);
                }));
  }

  /** Returns the first bytes that are left, of one buffer. */
  private static ByteBuffer[] first(ByteBuffer[] sources, int most) {
    for (ByteBuffer source : sources) {
      if (source.hasRemaining()) {
        int bytes = Math.min(source.remaining(), most);
        return new ByteBuffer[] {source.duplicate().limit(source.position() + bytes)};
      }
    }
    return new ByteBuffer[0];
  }

  private static void advance(ByteBuffer[] sources, int bytes) {
    for (ByteBuffer source : sources) {
      if (source.hasRemaining()) {
        source.position(source.position() + bytes);
        return;
      }
    }
  }

  private void note(ByteBuffer[] sources, long bytes) {
    synchronized (written) {
      long left = bytes;
      for (ByteBuffer source : sources) {
        for (; left > 0 && source.hasRemaining(); left--) {
          written.write(source.get());
        }
      }
    }
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    if (read >= endsAfter || hasSpliced()) {
      next().asyncReadSome(ByteBuffer.allocate(0), handler);
    } else {
      next().asyncWait(type, handler);
    }
  }
}

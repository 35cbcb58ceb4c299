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

/** The stream below a layer, in the hands of somebody who means no good. */
public final class Meddler extends ForwardingStream {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private volatile int most = Integer.MAX_VALUE;
  private volatile long endsAfter = Long.MAX_VALUE;
  private volatile long changes = -1;
  private volatile long read;

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
    changes = read + bytes;
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
                  long at = changes - read;
                  if (at >= 0 && at < bytes) {
                    int index = position + (int) at;
                    target.put(index, (byte) ~target.get(index));
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
    if (read >= endsAfter) {
      next().asyncReadSome(ByteBuffer.allocate(0), handler);
    } else {
      next().asyncWait(type, handler);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.AsyncStreams;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Set;

/**
 * A toy of a secured layer: records of a length, hidden bytes and a check byte; an empty record is
 * the end mark. It is as safe as a postcard, and has everything that a layer is verified for.
 */
final class Sealed extends Bent {
  /** What a layer of this kind can do wrong. */
  enum Defect {
    END_BELOW_IS_END,
    CHANGES_ARE_DELIVERED,
    CONTENT_IS_VISIBLE,
    NO_END_MARK,
    SWALLOWS_FAILURES_BELOW,
    TEARDOWN_LEAVES_BELOW_OPEN,
    BELOW_IS_NOT_FOUND,
    HEADS_IN_ONE_PIECE_ONLY,
    GOES_ON_AFTER_A_CHANGE,
    SAYS_GOODBYE_AFTER_A_CHANGE,
    HANDSHAKE_ENDS_ANYWHERE,
    HANDSHAKE_CANNOT_BE_CANCELLED,
    HANDSHAKE_WAITS_FOR_EVER,
    HANDSHAKE_WAITS_FOR_WORK,
    HANDSHAKE_FORGETS_REFUSED_WORK,
    CANCELLED_HANDSHAKE_ENDS_ANYWHERE,
    HANDSHAKE_REFUSES_INSIDE,
    FAILED_HANDSHAKE_LEAVES_BELOW_OPEN,
    FAILED_HANDSHAKE_KEEPS_A_BUFFER,
    CLOSED_LAYER_KEEPS_A_BUFFER,
    REFUSED_GREETING_LEAVES_A_DESCRIPTOR,
    REFUSED_GREETING_LEAVES_A_THREAD,
    ENDED_HANDSHAKE_STAYS_IN_A_REGISTRY,
    LATE_REQUEST_CLOSES,
    ORDER_IS_NOT_COVERED,
    REPETITION_IS_NOT_COVERED,
    HEAD_IS_NOT_COVERED
  }

  private static final int MOST = 4096;

  private final AsyncStream below;
  private final Set<Defect> defects;
  private final InMemoryStream near;
  private final InMemoryStream far;
  private final ByteBuffer outgoing = ByteBuffer.allocate(MOST);
  private final ByteBuffer incoming = ByteBuffer.allocate(MOST + 3).limit(0);
  private volatile StreamException failure;
  private int half = 2;
  private int headPieces;
  private volatile boolean failsNext;
  private int sent; // records so far
  private int opened;

  static Sealed over(AsyncStream below, Set<Defect> defects) {
    InMemoryPipe pipe = InMemoryPipe.create(below.executor());
    Sealed sealed = new Sealed(below, pipe, defects);
    if (sealed.has(Defect.CLOSED_LAYER_KEEPS_A_BUFFER)) {
      below.executor().buffers().acquire(16);
    }
    below.executor().execute(sealed::nextOut);
    below.executor().execute(sealed::nextIn);
    return sealed;
  }

  private Sealed(AsyncStream below, InMemoryPipe pipe, Set<Defect> defects) {
    super(pipe.client());
    this.below = below;
    this.defects = defects.isEmpty() ? EnumSet.noneOf(Defect.class) : EnumSet.copyOf(defects);
    this.near = pipe.client();
    this.far = pipe.server();
  }

  private boolean has(Defect defect) {
    return defects.contains(defect);
  }

  // ---- out: from the far end of the pipe to the layer below

  private void nextOut() {
    far.asyncReadSome(
        outgoing.clear(),
        (error, bytes) -> {
          if (error == null) {
            send(seal(outgoing.flip()), this::nextOut);
          } else if (!has(Defect.NO_END_MARK) && Rewired.is(error, StreamError.EOF)) {
            send(seal(ByteBuffer.allocate(0)), this::halfDone);
          } else {
            halfDone();
          }
        });
  }

  private void send(ByteBuffer sealed, Runnable then) {
    AsyncStreams.writeAll(
        below,
        new ByteBuffer[] {sealed},
        (error, bytes) -> {
          if (error == null) {
            then.run();
          } else {
            fail(StreamError.RESET, "the layer below failed: " + error.getMessage());
          }
        });
  }

  private ByteBuffer seal(ByteBuffer content) {
    ByteBuffer sealed = ByteBuffer.allocate(content.remaining() + 3);
    sealed.putShort((short) (content.remaining() + 1));
    byte check = firstCheck(sent++);
    int key = has(Defect.CONTENT_IS_VISIBLE) ? 0 : 0x55;
    while (content.hasRemaining()) {
      byte hidden = (byte) (content.get() ^ key);
      check = (byte) (31 * check + hidden);
      sealed.put(hidden);
    }
    return sealed.put(check).flip();
  }

  // ---- in: from the layer below to the far end of the pipe

  private void nextIn() {
    if (incoming.remaining() >= 2) {
      int head = Short.toUnsignedInt(incoming.getShort(incoming.position()));
      int length = has(Defect.HEAD_IS_NOT_COVERED) ? head & 0x7fff : head;
      if (length < 1 || length > MOST + 1) {
        fail(StreamError.PROTOCOL, "a record of " + length + " bytes");
        return;
      }
      if (incoming.remaining() >= 2 + length) {
        ByteBuffer record = incoming.slice(incoming.position() + 2, length);
        incoming.position(incoming.position() + 2 + length);
        if (length != head) {
          endIn(); // a goodbye, or so it seems
        } else {
          open(record);
        }
        return;
      }
    }
    incoming.compact();
    below.asyncReadSome(incoming, (error, bytes) -> arrived(error, bytes));
  }

  private void arrived(IOException error, long bytes) {
    incoming.flip();
    if (error == null) {
      headPieces = bytes == 1 && incoming.remaining() == headPieces + 1 ? headPieces + 1 : 0;
      if (has(Defect.HEADS_IN_ONE_PIECE_ONLY) && headPieces == 2) {
        fail(StreamError.PROTOCOL, "a head in " + headPieces + " pieces");
      } else {
        nextIn();
      }
    } else if (!Rewired.is(error, StreamError.EOF)) {
      if (has(Defect.SWALLOWS_FAILURES_BELOW) && !below.isOpen()) {
        return; // as if nothing had happened
      }
      fail(StreamError.RESET, "the layer below failed: " + error.getMessage());
    } else if (has(Defect.END_BELOW_IS_END)) {
      endIn();
    } else {
      fail(StreamError.TRUNCATED, "the layer below ended without the end mark");
    }
  }

  /** The place of a record is part of its check. */
  private byte firstCheck(int place) {
    return (byte) (has(Defect.ORDER_IS_NOT_COVERED) ? 17 : 17 + 13 * place);
  }

  private static byte check(ByteBuffer hidden, byte first) {
    byte check = first;
    for (int i = hidden.position(); i < hidden.limit(); i++) {
      check = (byte) (31 * check + hidden.get(i));
    }
    return check;
  }

  private void open(ByteBuffer record) {
    ByteBuffer content = ByteBuffer.allocate(record.remaining() - 1);
    ByteBuffer hidden = record.slice(record.position(), content.capacity());
    byte check = check(hidden, firstCheck(opened));
    byte before = check(hidden, firstCheck(opened - 1));
    int key = has(Defect.CONTENT_IS_VISIBLE) ? 0 : 0x55;
    while (content.hasRemaining()) {
      content.put((byte) (record.get() ^ key));
    }
    byte came = record.get();
    if (has(Defect.REPETITION_IS_NOT_COVERED) && came == before) {
      check = before;
    } else {
      opened++;
    }
    boolean moved = came == before || came == check(hidden, firstCheck(opened));
    if (came != check && (!has(Defect.CHANGES_ARE_DELIVERED) || moved)) {
      if (!has(Defect.GOES_ON_AFTER_A_CHANGE)) {
        fail(StreamError.PROTOCOL, "a record was changed");
        return;
      }
      failsNext = true;
    }
    if (content.capacity() == 0) {
      endIn();
    } else {
      AsyncStreams.writeAll(
          far,
          new ByteBuffer[] {content.flip()},
          (error, bytes) -> {
            if (error == null) {
              nextIn();
            }
          });
    }
  }

  // ---- ends

  private void endIn() {
    far.shutdownOutput();
    halfDone();
  }

  private void halfDone() {
    if (--half == 0 && !has(Defect.TEARDOWN_LEAVES_BELOW_OPEN)) {
      IoHandler nobody = (error, bytes) -> {};
      below.asyncTeardown(Role.SERVER, nobody);
    }
  }

  private void fail(StreamError error, String message) {
    if (failure == null) {
      failure = new StreamException(error, message);
    }
    if (error == StreamError.TRUNCATED) {
      far.close(); // what came before the cut is delivered
    } else {
      far.reset();
    }
    if (error == StreamError.PROTOCOL && has(Defect.SAYS_GOODBYE_AFTER_A_CHANGE)) {
      send(seal(ByteBuffer.allocate(0)), this::closeBelow);
    } else {
      closeBelow();
    }
  }

  private void closeBelow() {
    below.close();
  }

  /** What the pipe calls a reset is what happened to the layer. */
  private IoHandler telling(IoHandler handler) {
    return handler == null
        ? null
        : Rewired.error(
            handler,
            e ->
                failure != null
                        && (Rewired.is(e, StreamError.RESET) || Rewired.is(e, StreamError.EOF))
                    ? failure
                    : e);
  }

  /** Fails the read that takes what was changed, and no other. */
  private IoHandler failingOnce(ByteBuffer target, int position, IoHandler handler) {
    return new Rewired(handler) {
      @Override
      public void completed(IOException error, long bytes) {
        if (error == null && bytes > 0 && failsNext) {
          failsNext = false;
          target.position(position);
          inner.completed(new StreamException(StreamError.PROTOCOL, "a record was changed"), 0);
        } else {
          inner.completed(error, bytes);
        }
      }
    };
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    near.asyncReadSome(
        target,
        handler == null || !has(Defect.GOES_ON_AFTER_A_CHANGE)
            ? telling(handler)
            : failingOnce(target, target.position(), telling(handler)));
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    near.asyncWriteSome(sources, telling(handler));
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    if (handler == null) {
      near.asyncTeardown(role, (IoHandler) null);
      return;
    }
    near.asyncTeardown(
        role,
        IoHandler.with(
            handler,
            (error, bytes) -> {
              if (error != null) {
                closeBelow();
              }
              handler.completed(error, bytes);
            }));
  }

  @Override
  public void close() {
    boolean wasOpen = near.isOpen();
    near.close();
    if (wasOpen) {
      closeBelow();
    }
  }

  @Override
  public <T> T layer(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    return has(Defect.BELOW_IS_NOT_FOUND) ? null : below.layer(type);
  }

  @Override
  public String toString() {
    return "sealed over " + below;
  }
}

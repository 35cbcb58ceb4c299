// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stream that passes everything on to another one. Derive from it what changes one thing: what
 * counts, delays or watches; or a transport that gives its users one end of a pipe.
 *
 * {@snippet :
 * final class Counting extends ForwardingStream {
 *   private final LongAdder read = new LongAdder();
 *
 *   Counting(AsyncStream next) {
 *     super(next);
 *   }
 *
 *   @Override
 *   public void asyncReadSome(ByteBuffer target, IoHandler handler) {
 *     super.asyncReadSome(target, IoHandler.with(handler, (error, bytes) -> {
 *       read.add(bytes);
 *       handler.completed(error, bytes);
 *     }));
 *   }
 * }
 * }
 *
 * <p>It promises what the other one does: threads, errors, cancellation and the traits of its
 * provider are those of the stream below. What is overridden has to keep the rules N1 to N12 of
 * {@link AsyncStream} by itself, which the test kit verifies. The styles of calls need no
 * overriding, for they call the methods with handlers.
 */
public abstract class ForwardingStream implements AsyncStream {
  private final AsyncStream next;

  /**
   * Passes everything on.
   *
   * @param next the stream below; owned by this one, which closes it when it is closed
   */
  protected ForwardingStream(AsyncStream next) {
    this.next = Objects.requireNonNull(next, "next");
  }

  /** Returns the stream below. */
  protected final AsyncStream next() {
    return next;
  }

  @Override
  public StreamExecutor executor() {
    return next.executor();
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    next.asyncReadSome(target, handler);
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    next.asyncWriteSome(sources, handler);
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    next.asyncWait(type, handler);
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    next.asyncTeardown(role, handler);
  }

  @Override
  public void close() {
    next.close();
  }

  @Override
  public boolean isOpen() {
    return next.isOpen();
  }

  /** Looks at this stream first and then goes on below. */
  @Override
  public <T> @Nullable T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : next.layer(type);
  }

  /** Returns the name of the stream below; a layer of its own should put its name in front. */
  @Override
  public String toString() {
    return next.toString();
  }
}

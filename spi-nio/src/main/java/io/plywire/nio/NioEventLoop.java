// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio;

import io.plywire.nio.internal.SelectorLoop;
import io.plywire.stream.StreamExecutor;
import java.time.Duration;

/**
 * One thread with one selector, on which any number of connections live. Found in a {@link
 * NioEventLoopGroup}.
 *
 * <p>A turn of the loop waits for sockets to become ready, serves every ready one, runs the tasks
 * that were posted and the timers that are due, writes what the streams collected in the turn, and
 * waits again. A task that blocks holds up every connection of the loop.
 *
 * <p>Thread safety: every method may be called by any thread, {@link #buffers} by the loop's own
 * only.
 */
public sealed interface NioEventLoop extends StreamExecutor, AutoCloseable permits SelectorLoop {
  /**
   * Ends the loop: every stream and acceptor on it is closed and every attempt to connect ends,
   * which completes their pending operations with {@link io.plywire.stream.StreamError#ABORTED} on
   * the loop; then the thread ends. Idempotent; never blocks.
   *
   * <p>Tasks posted later still run, one at a time, on a thread that lives no longer than there are
   * tasks; timers that wait still fire. Closing a loop of {@linkplain NioEventLoopGroup#shared()
   * the shared group} does nothing.
   */
  @Override
  void close();

  /** Returns whether the loop was not closed yet. */
  boolean isOpen();

  /**
   * Waits until the thread of the loop has ended.
   *
   * @param timeout how long to wait at most
   * @return whether it has ended
   * @throws InterruptedException if the calling thread is interrupted
   * @throws IllegalStateException if called by the loop's own thread
   */
  boolean awaitTermination(Duration timeout) throws InterruptedException;
}

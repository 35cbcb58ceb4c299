// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.Completions;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers the completions of one kind of operation of one stream, without making an object for
 * each: the last part of what {@link PendingOperation} does, for transports that have no use for
 * the rest of it.
 *
 * <p>Used on the stream's executor only, for one completion at a time: the next delivery may be
 * asked for once the handler of the previous one runs. {@link Completions} has the same for rare
 * cases.
 */
public class IoCompletion implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(IoCompletion.class);

  private final StreamExecutor streamExecutor;
  private @Nullable IoHandler handler;
  private @Nullable IOException error;
  private long bytes;

  /**
   * Makes one.
   *
   * @param streamExecutor the executor of the stream
   */
  public IoCompletion(StreamExecutor streamExecutor) {
    this.streamExecutor = Objects.requireNonNull(streamExecutor, "streamExecutor");
  }

  /**
   * Delivers a completion that was reached within the initiating call: through the handler's
   * immediate executor if it has one, else by posting.
   *
   * @param target the handler
   * @param failure why the operation failed, or null
   * @param count how many bytes were moved
   */
  public void immediately(IoHandler target, @Nullable IOException failure, long count) {
    Executor immediate = target.immediateExecutor();
    if (immediate == null) {
      post(target, failure, count);
    } else if (immediate == InlineExecutor.instance()) {
      later(target, failure, count);
    } else {
      hold(target, failure, count);
      // It may be a pool; from there the handler still goes to its own executor.
      immediate.execute(this::deliverHeld);
    }
  }

  /**
   * Delivers a completion outside of any initiating call: at once, or through the handler's own
   * executor if it has one.
   *
   * @param target the handler
   * @param failure why the operation failed, or null
   * @param count how many bytes were moved
   */
  public void later(IoHandler target, @Nullable IOException failure, long count) {
    Executor own = target.executor();
    if (Completions.runsHere(own, streamExecutor)) {
      complete(target, failure, count);
    } else {
      hold(target, failure, count);
      Objects.requireNonNull(own).execute(this);
    }
  }

  /**
   * Posts a completion to the handler's executor.
   *
   * @param target the handler
   * @param failure why the operation failed, or null
   * @param count how many bytes were moved
   */
  public void post(IoHandler target, @Nullable IOException failure, long count) {
    hold(target, failure, count);
    Completions.home(target, streamExecutor).execute(this);
  }

  final StreamExecutor streamExecutor() {
    return streamExecutor;
  }

  /** Returns whether a completion waits to be delivered. */
  final boolean isHeld() {
    return handler != null;
  }

  /**
   * Called right before the handler runs, on the handler's thread: the operation is over. Streams
   * override it to forget that an operation is pending, so that the handler may start the next one.
   */
  protected void release() {}

  /**
   * Called when a handler has thrown something, on the handler's thread. What it was goes no
   * further: unless overridden it is logged.
   *
   * @param thrown what the handler threw
   */
  protected void handlerThrew(Throwable thrown) {
    log.error("A handler threw: {}", this, thrown);
  }

  /** Runs the handler that waits. */
  @Override
  public void run() {
    IoHandler target = Objects.requireNonNull(handler);
    IOException failure = error;
    long count = bytes;
    handler = null;
    error = null;
    complete(target, failure, count);
  }

  private void complete(IoHandler target, @Nullable IOException failure, long count) {
    release();
    try {
      target.completed(failure, count);
    } catch (Throwable e) { // whatever it is, it is not the trouble of those who have called
      handlerThrew(e);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very same executor, whatever it equals
  private void deliverHeld() {
    IoHandler target = Objects.requireNonNull(handler);
    Executor own = target.executor();
    if (own == null || own == target.immediateExecutor()) {
      run();
    } else {
      own.execute(this);
    }
  }

  private void hold(IoHandler target, @Nullable IOException failure, long count) {
    if (handler != null) {
      throw new IllegalStateException("the previous completion has not been delivered");
    }
    handler = target;
    error = failure;
    bytes = count;
  }
}

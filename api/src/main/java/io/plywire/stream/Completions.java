// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs handlers where they want to run; the rules A3 and A4 in one place. Those with a handler and
 * its result make an object for each completion; streams use {@link io.plywire.spi.IoCompletion} on
 * their hot paths.
 */
public final class Completions {
  private Completions() {}

  /**
   * Completes an operation within its initiating call: through the immediate executor, or posted.
   *
   * @param handler the handler
   * @param streamExecutor the executor of the stream
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved
   */
  public static void immediately(
      IoHandler handler, StreamExecutor streamExecutor, @Nullable IOException error, long bytes) {
    immediately((Associated) handler, streamExecutor, () -> handler.completed(error, bytes));
  }

  /**
   * Completes an operation within its initiating call: through the immediate executor, or posted.
   *
   * @param <T> the type of the result
   * @param handler the handler
   * @param streamExecutor the executor of the stream
   * @param error why the operation failed, or null
   * @param result the result, or null
   */
  public static <T> void immediately(
      Handler<T> handler,
      StreamExecutor streamExecutor,
      @Nullable IOException error,
      @Nullable T result) {
    immediately((Associated) handler, streamExecutor, () -> handler.completed(error, result));
  }

  /**
   * Completes an operation outside of any initiating call; runs the handler at once if the caller
   * is where the handler wants to be.
   *
   * @param handler the handler
   * @param streamExecutor the executor of the stream
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved
   */
  public static void later(
      IoHandler handler, StreamExecutor streamExecutor, @Nullable IOException error, long bytes) {
    later((Associated) handler, streamExecutor, () -> handler.completed(error, bytes));
  }

  /**
   * Completes an operation outside of any initiating call; runs the handler at once if the caller
   * is where the handler wants to be.
   *
   * @param <T> the type of the result
   * @param handler the handler
   * @param streamExecutor the executor of the stream
   * @param error why the operation failed, or null
   * @param result the result, or null
   */
  public static <T> void later(
      Handler<T> handler,
      StreamExecutor streamExecutor,
      @Nullable IOException error,
      @Nullable T result) {
    later((Associated) handler, streamExecutor, () -> handler.completed(error, result));
  }

  /**
   * Posts a completion to the handler's executor, or to the stream's.
   *
   * @param handler the handler
   * @param streamExecutor the executor of the stream
   * @param error why the operation failed, or null
   * @param bytes how many bytes were moved
   */
  public static void post(
      IoHandler handler, StreamExecutor streamExecutor, @Nullable IOException error, long bytes) {
    home(handler, streamExecutor).execute(() -> handler.completed(error, bytes));
  }

  /**
   * Posts a completion to the handler's executor, or to the stream's.
   *
   * @param <T> the type of the result
   * @param handler the handler
   * @param streamExecutor the executor of the stream
   * @param error why the operation failed, or null
   * @param result the result, or null
   */
  public static <T> void post(
      Handler<T> handler,
      StreamExecutor streamExecutor,
      @Nullable IOException error,
      @Nullable T result) {
    home(handler, streamExecutor).execute(() -> handler.completed(error, result));
  }

  /**
   * Runs the completion of an operation that ended within its initiating call. For operations that
   * are their own {@link Runnable}, so that nothing is allocated.
   *
   * @param handler whose associations count
   * @param streamExecutor the executor of the stream
   * @param completion calls the handler
   */
  @SuppressWarnings("ReferenceEquality") // the very same executor, whatever it equals
  public static void immediately(
      Associated handler, StreamExecutor streamExecutor, Runnable completion) {
    Executor immediate = handler.immediateExecutor();
    Executor home = home(handler, streamExecutor);
    if (immediate == null) {
      home.execute(completion);
    } else if (immediate == InlineExecutor.instance()) {
      later(handler, streamExecutor, completion);
    } else {
      Executor own = handler.executor();
      immediate.execute(
          own == null || own == immediate ? completion : () -> own.execute(completion));
    }
  }

  /**
   * Runs the completion of an operation that ended outside of any initiating call.
   *
   * @param handler whose associations count
   * @param streamExecutor the executor of the stream
   * @param completion calls the handler
   */
  public static void later(Associated handler, StreamExecutor streamExecutor, Runnable completion) {
    Executor own = handler.executor();
    if (runsHere(own, streamExecutor)) {
      completion.run();
    } else {
      Objects.requireNonNullElse(own, streamExecutor).execute(completion);
    }
  }

  /**
   * Posts the completion of an operation.
   *
   * @param handler whose associations count
   * @param streamExecutor the executor of the stream
   * @param completion calls the handler
   */
  public static void post(Associated handler, StreamExecutor streamExecutor, Runnable completion) {
    home(handler, streamExecutor).execute(completion);
  }

  /**
   * Returns where a completion is posted: to the handler's executor, or the stream's if it has none
   * or the inline one, which would run it at once instead.
   *
   * @param handler whose associations count
   * @param streamExecutor the executor of the stream
   */
  public static Executor home(Associated handler, StreamExecutor streamExecutor) {
    Executor own = handler.executor();
    return own == null || own == InlineExecutor.instance() ? streamExecutor : own;
  }

  /**
   * Returns whether a handler with this executor may run in the current task, outside of any
   * initiating call.
   *
   * @param own the executor that the handler brings, or null
   * @param streamExecutor the executor of the stream
   */
  @SuppressWarnings("ReferenceEquality") // as above
  public static boolean runsHere(@Nullable Executor own, StreamExecutor streamExecutor) {
    if (own == null || own == streamExecutor) {
      return streamExecutor.isCurrent();
    }
    return own == InlineExecutor.instance()
        || (own instanceof StreamExecutor other && other.isCurrent());
  }
}

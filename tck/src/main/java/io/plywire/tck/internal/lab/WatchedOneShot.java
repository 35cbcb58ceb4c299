// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.Handler;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.Rule;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connect, an accept or a wrap under test: stands before its handler and watches how it is
 * completed, as {@link Watched} does with the operations of streams.
 */
public final class WatchedOneShot implements Handler<AsyncStream> {
  private static final Rule ONCE = Rule.of("A2.1");
  private static final Rule NOT_WITHIN = Rule.of("A3.1");
  private static final Rule THROWN_OR_COMPLETED = Rule.of("A7.2");
  private static final Rule ERROR = Rule.of("A8.1");

  private final Scene scene;
  private final String operation;
  private final Rule place;
  private final Supplier<@Nullable StreamExecutor> whereFailuresRun;
  private final Handler<AsyncStream> handler;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile @Nullable Thread initiating;
  private volatile boolean refused;

  /**
   * Stands before a handler.
   *
   * @param place the rule that says where the handler runs
   * @param whereFailuresRun gives the executor for a handler that gets no stream, or null if it may
   *     be any
   */
  public WatchedOneShot(
      Scene scene,
      String operation,
      Rule place,
      Supplier<@Nullable StreamExecutor> whereFailuresRun,
      Handler<AsyncStream> handler) {
    this.scene = scene;
    this.operation = operation;
    this.place = place;
    this.whereFailuresRun = whereFailuresRun;
    this.handler = handler;
  }

  /** Makes the initiating call. */
  public void initiate(Consumer<Handler<AsyncStream>> call) {
    initiating = Thread.currentThread();
    scene.trace().add("test", "%s", operation);
    Call inProgress = scene.callBegins(operation);
    try {
      call.accept(this);
    } catch (RuntimeException e) {
      refused = true;
      scene.trace().add("test", "%s throws %s", operation, e);
      if (calls.get() > 0) {
        throw violation(THROWN_OR_COMPLETED, "threw after it had completed: " + e);
      }
      throw e;
    } finally {
      scene.callReturned(inProgress);
      initiating = null;
    }
  }

  @Override
  public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
    scene
        .trace()
        .add("test", "%s completes: %s", operation, error == null ? "a stream" : error.toString());
    if (calls.incrementAndGet() > 1) {
      scene.report(violation(ONCE, "completed " + calls + " times"));
      if (stream != null) {
        stream.close();
      }
      return; // whoever waits was told
    }
    try {
      verify(error, stream);
    } catch (Violation e) {
      scene.report(e);
    }
    handler.completed(error, stream);
  }

  private void verify(@Nullable IOException error, @Nullable AsyncStream stream) {
    check(THROWN_OR_COMPLETED, !refused, "threw from the call and completes all the same");
    check(
        NOT_WITHIN,
        initiating != Thread.currentThread() || handler.immediateExecutor() != null,
        "completes inside the initiating call, and its handler has no immediate executor");
    StreamExecutor home = stream == null ? whereFailuresRun.get() : stream.executor();
    check(
        place,
        handler.executor() != null || home == null || home.isCurrent(),
        (error == null ? "succeeds" : "fails")
            + " outside of the executor where it should, on "
            + Thread.currentThread().getName());
    check(
        ERROR,
        error == null
            || (error instanceof OperationException
                && error.getMessage() != null
                && !error.getMessage().isBlank()),
        "fails with an error that has no code or no message: " + error);
  }

  private void check(Rule rule, boolean condition, String what) {
    if (!condition) {
      throw violation(rule, what);
    }
  }

  private Violation violation(Rule rule, String what) {
    return scene.violation(rule, operation + " " + what);
  }

  @Override
  public @Nullable Executor executor() {
    return handler.executor();
  }

  @Override
  public @Nullable Executor immediateExecutor() {
    return handler.immediateExecutor();
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return handler.cancellationSlot();
  }

  @Override
  public String toString() {
    return operation;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tck.Rule;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A handler that remembers what it was told, and can be waited for. */
public final class Outcome<T> implements IoHandler, Handler<T> {
  private final Scene scene;
  private final String name;
  private final AtomicInteger calls = new AtomicInteger();
  private final CountDownLatch told = new CountDownLatch(1);
  private final CancellationSignal signal = new CancellationSignal();
  private @Nullable Executor executor;
  private @Nullable Executor immediate;
  private Runnable then = () -> {};
  private volatile @Nullable IOException error;
  private volatile @Nullable T result;
  private volatile long bytes;
  private volatile @Nullable Thread thread;
  private volatile boolean waited;
  private volatile @Nullable Watch operation;

  Outcome(Scene scene, String name) {
    this.scene = scene;
    this.name = name;
  }

  // ---- before it is used

  /** Lets completions within the initiating call run there. */
  public Outcome<T> inline() {
    return immediate(new Probe(InlineExecutor.instance()));
  }

  public Outcome<T> immediate(Executor where) {
    immediate = where;
    return this;
  }

  public Outcome<T> on(Executor where) {
    executor = where;
    return this;
  }

  /** Runs something in the handler. */
  public Outcome<T> then(Runnable what) {
    then = what;
    return this;
  }

  // ---- as a handler

  @Override
  public void completed(@Nullable IOException failure, long count) {
    bytes = count;
    told(failure);
  }

  @Override
  public void completed(@Nullable IOException failure, @Nullable T value) {
    result = value;
    told(failure);
  }

  private void told(@Nullable IOException failure) {
    error = failure;
    thread = Thread.currentThread();
    scene.activity().progressed();
    if (calls.incrementAndGet() > 1) {
      scene.report(
          scene.violation(Rule.of("A2.1"), "the handler of " + name + " ran " + calls + " times"));
      return;
    }
    try {
      then.run();
    } catch (Violation e) {
      scene.report(e);
    } finally {
      told.countDown();
    }
  }

  @Override
  public @Nullable Executor executor() {
    return executor;
  }

  @Override
  public @Nullable Executor immediateExecutor() {
    return immediate;
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return signal.slot();
  }

  /** Notes that the operation had to wait, as far as the check can see. */
  void waits() {
    waited = true;
  }

  /** Tells which operation this is the outcome of, if it is one that is watched. */
  void isOf(Watch watched) {
    operation = watched;
  }

  boolean hasWaited() {
    return waited;
  }

  // ---- what came of it

  public void cancel(CancellationType type) {
    scene.trace().add("test", "cancels %s: %s", name, type.name());
    signal.emit(type);
  }

  public boolean isDone() {
    return calls.get() > 0;
  }

  public long bytes() {
    return bytes;
  }

  public @Nullable IOException error() {
    return error;
  }

  public @Nullable Thread thread() {
    return thread;
  }

  public String name() {
    return name;
  }

  /** Waits until the operation has ended, however. */
  public Outcome<T> ended() {
    return ended(this::violatedByHanging);
  }

  private Rule violatedByHanging() {
    Watch watched = operation;
    Rule certain = watched == null ? null : watched.violatedByHanging();
    boolean ofStreams = scene.rule().group().matches("[AN]\\d+"); // others know better
    return certain == null || !ofStreams ? scene.rule() : certain;
  }

  /** Waits until the operation has ended; if it does not, that violates the given rule. */
  public Outcome<T> ended(Rule otherwise) {
    return ended(() -> otherwise);
  }

  /** As above; what rule it violates is decided when it is clear that the operation hangs. */
  Outcome<T> ended(Supplier<Rule> otherwise) {
    boolean done;
    try {
      done = scene.await(told);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while waiting for " + name, e);
    }
    scene.rethrow();
    if (!done) {
      throw scene.late(
          otherwise.get(), name + " did not complete within " + Durations.text(scene.patience()));
    }
    return this;
  }

  /** Waits for success and returns the number of bytes. */
  public long success() {
    ended();
    IOException failure = error;
    if (failure != null) {
      throw scene.violation(scene.rule(), name + " should have succeeded and failed", failure);
    }
    return bytes;
  }

  /** Waits for success and returns the result. */
  public T value() {
    success();
    T value = result;
    if (value == null) {
      throw scene.violation(scene.rule(), name + " succeeded with null for a result");
    }
    return value;
  }

  /** Waits for a failure with one of the codes. */
  public StreamException failure(StreamError... expected) {
    return failure(scene.rule(), expected);
  }

  /** As above; another end than that violates the given rule. */
  public StreamException failure(Rule otherwise, StreamError... expected) {
    ended();
    List<StreamError> codes = Arrays.asList(expected);
    IOException failure = error;
    if (failure instanceof StreamException known && codes.contains(known.error())) {
      return known;
    }
    throw scene.violation(
        otherwise,
        name
            + " should have failed with "
            + codes
            + (failure == null
                ? " and succeeded with " + bytes + " bytes"
                : " and did with another error"),
        failure);
  }

  /** Returns whether it failed with the code. */
  public boolean failedWith(StreamError code) {
    return error instanceof StreamException known && known.error() == code;
  }

  /** Closes the stream that came of it, if one did. */
  public void closeResult() {
    if (result instanceof AsyncStream stream) {
      stream.close();
    }
  }

  /** Returns whether it is told on the executor of the stream that came of it. */
  public boolean streamIsCurrent() {
    return result instanceof AsyncStream stream && stream.executor().isCurrent();
  }

  @Override
  public String toString() {
    return name;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats an operation of a stream until everything has been moved: the smallest composed
 * operation, and a pattern for others.
 *
 * <p>The steps complete inline and the loop picks their results up, so that neither the stack grows
 * nor the executor's queue is involved. The first step is taken in the initiating call, whose own
 * rules apply to the whole: a completion within it is an immediate one.
 */
abstract class TransferAll implements IoHandler, CancellationSlot.Cancellable {
  private static final Logger log = LoggerFactory.getLogger(TransferAll.class);

  private final AsyncStream stream;
  private final IoHandler handler;
  private final CancellationSignal step = new CancellationSignal();
  private final CancellationSlot slot;
  private volatile @Nullable CancellationType cancelRequested;
  private long total;
  private boolean looping;
  private boolean stepDone;
  private boolean initiating;
  private @Nullable IOException stepError;

  TransferAll(AsyncStream stream, IoHandler handler) {
    this.stream = stream;
    this.handler = Objects.requireNonNull(handler, "handler");
    this.slot = handler.cancellationSlot();
  }

  /** Tells whether nothing is left to be moved. */
  abstract boolean isComplete();

  /** Starts the next step, with this as its handler. */
  abstract void next();

  final void start() {
    if (isComplete()) {
      Completions.immediately(handler, stream.executor(), () -> complete(null));
      return;
    }
    slot.assign(this, 0);
    if (!stream.executor().isCurrent()) {
      // The stream takes the call to its executor; the completion comes from there.
      try {
        next();
      } catch (RuntimeException e) {
        slot.clear();
        throw e;
      }
      return;
    }
    initiating = true;
    try {
      looping = true;
      next();
      loop();
    } catch (RuntimeException e) {
      looping = false;
      slot.clear();
      throw e;
    } finally {
      initiating = false;
    }
  }

  @Override
  public final void completed(@Nullable IOException error, long bytes) {
    total += bytes;
    stepError = error;
    stepDone = true;
    if (!looping) {
      looping = true;
      loop();
    }
  }

  private void loop() {
    while (stepDone) {
      stepDone = false;
      CancellationType request = cancelRequested;
      if (stepError != null || isComplete()) {
        finish(stepError);
        return;
      }
      if (request != null) {
        finish(StreamException.cancelled(request, "transfer cancelled after " + total + " bytes"));
        return;
      }
      try {
        next();
      } catch (RuntimeException e) {
        // Somebody else uses the stream meanwhile, and there is only one way left to say so.
        finish(new StreamException(StreamError.IO, "transfer broken off: " + e, e));
        return;
      }
    }
    looping = false;
  }

  private void finish(@Nullable IOException error) {
    slot.clear();
    if (initiating) {
      Completions.immediately(handler, stream.executor(), () -> complete(error));
    } else {
      Completions.later(handler, stream.executor(), () -> complete(error));
    }
  }

  private void complete(@Nullable IOException error) {
    try {
      handler.completed(error, total);
    } catch (Throwable e) { // as of any operation (A10.6)
      log.error("A handler threw, and its stream is closed: {}", stream, e);
      stream.close();
    }
  }

  @Override
  public final void cancel(long id, CancellationType type) {
    cancelRequested = type;
    step.emit(type);
  }

  @Override
  public final Executor immediateExecutor() {
    return InlineExecutor.instance();
  }

  @Override
  public final CancellationSlot cancellationSlot() {
    return step.slot();
  }
}

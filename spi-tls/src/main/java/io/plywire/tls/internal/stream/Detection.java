// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.StreamExecutor.Timer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads until it is clear whether a client begins TLS.
 *
 * @param <D> what is told then
 */
public final class Detection<D> implements IoHandler, CancellationSlot.Cancellable {
  private final AsyncStream next;
  private final StreamExecutor executor;
  private final Duration timeout;
  private final BiFunction<Boolean, AsyncStream, D> result;
  private final Handler<? super D> handler;

  private final byte[] bytes = new byte[ClientHello.BYTES];
  private final ByteBuffer target = ByteBuffer.wrap(bytes);
  private @Nullable Timer timer;
  private boolean initiating;
  private boolean looping;
  private boolean again;
  private boolean done;

  private Detection(
      AsyncStream next,
      Duration timeout,
      BiFunction<Boolean, AsyncStream, D> result,
      Handler<? super D> handler) {
    this.next = next;
    this.executor = next.executor();
    this.timeout = timeout;
    this.result = result;
    this.handler = handler;
  }

  /**
   * Initiates the detection; any thread.
   *
   * @param <D> the type of the result
   * @param next what the client sends to; owned until it is handed on
   * @param timeout how long it may take; zero means no limit
   * @param result makes the result of whether it is TLS, and the stream to go on with
   * @param handler gets the result
   */
  public static <D> void initiate(
      AsyncStream next,
      Duration timeout,
      BiFunction<Boolean, AsyncStream, D> result,
      Handler<? super D> handler) {
    Objects.requireNonNull(handler, "handler");
    Detection<D> detection = new Detection<>(next, timeout, result, handler);
    handler.cancellationSlot().assign(detection, 0);
    if (next.executor().isCurrent()) {
      detection.initiating = true;
      detection.start();
      detection.initiating = false;
    } else {
      next.executor().execute(detection::start);
    }
  }

  private void start() {
    if (done) {
      return; // cancelled on the way here
    }
    if (!timeout.isZero()) {
      timer = executor.schedule(timeout, this::timedOut);
    }
    read();
  }

  private void read() {
    looping = true;
    do {
      again = false;
      try {
        next.asyncReadSome(target, this);
      } catch (RuntimeException e) {
        fail(new StreamException(StreamError.IO, "reading from " + next + " failed", e));
      }
    } while (again && !done);
    looping = false;
  }

  @Override
  public void completed(@Nullable IOException error, long count) {
    if (done) {
      return;
    }
    ClientHello.Verdict verdict = ClientHello.judge(bytes, target.position());
    if (error != null) {
      fail(error);
    } else if (verdict != ClientHello.Verdict.UNDECIDED) {
      AsyncStream goesOn = new PrefixedStream(next, bytes, target.position());
      finish(null, result.apply(verdict == ClientHello.Verdict.TLS, goesOn));
    } else if (looping) {
      again = true;
    } else {
      read();
    }
  }

  private void timedOut() {
    fail(
        new StreamException(
            StreamError.TIMEOUT,
            "the client sent "
                + target.position()
                + " bytes within "
                + timeout.toMillis()
                + " ms, too few to know what it speaks: "
                + next));
  }

  @Override
  public void cancel(long id, CancellationType type) {
    executor.execute(
        () ->
            fail(
                StreamException.cancelled(
                    type, "the detection of TLS was cancelled, the stream is closed")));
  }

  private void fail(IOException error) {
    if (!done) {
      next.close();
      finish(error, null);
    }
  }

  private void finish(@Nullable IOException error, @Nullable D found) {
    done = true;
    if (timer != null) {
      timer.cancel();
    }
    handler.cancellationSlot().clear();
    if (initiating) {
      Completions.immediately(handler, executor, error, found);
    } else {
      Completions.later(handler, executor, error, found);
    }
  }

  @Override
  public Executor immediateExecutor() {
    return InlineExecutor.instance();
  }
}

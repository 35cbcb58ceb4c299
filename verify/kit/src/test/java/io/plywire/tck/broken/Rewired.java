// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/** A handler that passes everything on; what is derived from it bends one association. */
class Rewired implements IoHandler {
  final IoHandler inner;

  Rewired(IoHandler inner) {
    this.inner = inner;
  }

  @Override
  public void completed(IOException error, long bytes) {
    inner.completed(error, bytes);
  }

  @Override
  public Executor executor() {
    return inner.executor();
  }

  @Override
  public Executor immediateExecutor() {
    return inner.immediateExecutor();
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return inner.cancellationSlot();
  }

  /**
   * Runs a handler in a task of the transport's own: if it throws, that ends its stream (A10.6).
   */
  static void run(AsyncStream stream, Runnable handler) {
    try {
      handler.run();
    } catch (RuntimeException e) {
      stream.close();
    }
  }

  static IoHandler error(IoHandler handler, UnaryOperator<IOException> bent) {
    return new Rewired(handler) {
      @Override
      public void completed(IOException error, long bytes) {
        inner.completed(error == null ? null : bent.apply(error), bytes);
      }
    };
  }

  static boolean is(IOException error, StreamError code) {
    return error instanceof StreamException known && known.error() == code;
  }

  /** Lets requests of a type arrive as another one, or not at all if that is null. */
  static IoHandler cancelling(IoHandler handler, CancellationType from, CancellationType to) {
    CancellationSignal signal = new CancellationSignal();
    AtomicBoolean bent = new AtomicBoolean();
    handler
        .cancellationSlot()
        .assign(
            (id, type) -> {
              CancellationType arriving = type == from ? to : type;
              bent.set(type == from);
              if (arriving != null) {
                signal.emit(arriving);
              }
            },
            0);
    return new Rewired(handler) {
      @Override
      public CancellationSlot cancellationSlot() {
        return signal.slot();
      }

      @Override
      public void completed(IOException error, long bytes) {
        handler.cancellationSlot().clear();
        boolean renamed =
            bent.get() && error instanceof StreamException known && known.cancellation() == to;
        inner.completed(
            renamed ? StreamException.cancelled(from, error.getMessage()) : error, bytes);
      }
    };
  }
}

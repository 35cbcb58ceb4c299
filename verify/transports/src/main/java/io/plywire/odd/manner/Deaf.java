// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.manner;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

/** A stream whose transfers hear of no cancellation but the terminal one. */
public class Deaf extends ForwardingStream {
  /** Takes the hearing from a stream. */
  public Deaf(AsyncStream next) {
    super(next);
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    next().asyncReadSome(target, handler == null ? null : new Hard(handler));
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    next().asyncWriteSome(sources, handler == null ? null : new Hard(handler));
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    next().asyncWait(type, handler == null ? null : new Hard(handler));
  }

  /** A handler that lets requests through that must be heard. */
  private static final class Hard implements IoHandler {
    private final IoHandler handler;
    private final CancellationSignal signal = new CancellationSignal();

    Hard(IoHandler handler) {
      this.handler = handler;
      handler
          .cancellationSlot()
          .assign(
              (id, type) -> {
                if (type == CancellationType.TERMINAL) {
                  signal.emit(type);
                }
              },
              0);
    }

    @Override
    public void completed(IOException error, long bytes) {
      handler.cancellationSlot().clear();
      handler.completed(error, bytes);
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return signal.slot();
    }

    @Override
    public Executor executor() {
      return handler.executor();
    }

    @Override
    public Executor immediateExecutor() {
      return handler.immediateExecutor();
    }
  }
}

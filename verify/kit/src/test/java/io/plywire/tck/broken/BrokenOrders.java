// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static io.plywire.tck.broken.Broken.stream;
import static io.plywire.tck.broken.BrokenFullWindows.onSockets;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Defects that show when operations of both directions wait, and in one order only. */
final class BrokenOrders {
  private BrokenOrders() {}

  static List<Broken> all() {
    return List.of(
        onSockets(
            "a read that waits is forgotten once a write has to wait",
            "N3.1",
            s -> new Forgetting(s, Forgets.READ)),
        stream(
            "a wait is forgotten once a write has to wait",
            "N3.1",
            s -> new Forgetting(s, Forgets.WAIT)),
        stream(
            "a write that waits is forgotten once a wait begins",
            "N3.1",
            s -> new Forgetting(s, Forgets.WRITE)),
        onSockets("the peer's end fails a write that waits", "N4.6", EndFailsWrites::new));
  }

  private enum Forgets {
    READ,
    WAIT,
    WRITE
  }

  /** Operations that wait when one of the other direction begins to wait do not succeed. */
  private static final class Forgetting extends Bent {
    private final Forgets what;
    private volatile WeakReference<Forgettable> reading = new WeakReference<>(null);
    private volatile WeakReference<Forgettable> writing = new WeakReference<>(null);

    Forgetting(AsyncStream inner, Forgets what) {
      super(inner);
      this.what = what;
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      if (handler == null || what != Forgets.READ) {
        inner.asyncReadSome(target, handler);
        return;
      }
      Forgettable read = new Forgettable(handler);
      inner.asyncReadSome(target, read);
      reading = new WeakReference<>(read);
    }

    @Override
    public void asyncWait(WaitType type, IoHandler handler) {
      if (handler == null || what == Forgets.READ) {
        inner.asyncWait(type, handler);
        return;
      }
      Forgettable wait = new Forgettable(handler);
      inner.asyncWait(type, wait);
      reading = new WeakReference<>(wait);
      executor()
          .execute(
              () -> {
                if (!wait.done && what == Forgets.WRITE) {
                  forget(writing);
                }
              });
    }

    @Override
    public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      if (handler == null) {
        inner.asyncWriteSome(sources, (IoHandler) null);
        return;
      }
      Forgettable write = new Forgettable(handler);
      inner.asyncWriteSome(sources, write);
      writing = new WeakReference<>(write);
      executor()
          .execute(
              () -> {
                if (!write.done && what != Forgets.WRITE) {
                  forget(reading);
                }
              });
    }

    private static void forget(WeakReference<Forgettable> reference) {
      Forgettable operation = reference.get();
      if (operation != null) {
        operation.forgotten = true;
      }
    }
  }

  private static final class Forgettable extends Rewired {
    private volatile boolean done;
    private volatile boolean forgotten;

    Forgettable(IoHandler handler) {
      super(handler);
    }

    @Override
    public void completed(IOException error, long bytes) {
      done = true;
      if (error != null || !forgotten) {
        inner.completed(error, bytes);
      }
    }
  }

  private static final class EndFailsWrites extends Bent {
    private volatile Failing writing;

    EndFailsWrites(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      inner.asyncReadSome(
          target,
          handler == null
              ? null
              : Rewired.error(
                  handler,
                  e -> {
                    Failing write = writing;
                    if (write != null && Rewired.is(e, StreamError.EOF)) {
                      executor().dispatch(write::fail);
                    }
                    return e;
                  }));
    }

    @Override
    public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      if (handler == null) {
        inner.asyncWriteSome(sources, (IoHandler) null);
        return;
      }
      Failing write = new Failing(sources, handler);
      writing = write;
      write.start();
    }

    private final class Failing extends WaitingWrite {
      private final AtomicBoolean completed = new AtomicBoolean();

      Failing(ByteBuffer[] sources, IoHandler handler) {
        super(EndFailsWrites.this.inner, sources, handler);
      }

      void fail() {
        if (hasWaited() && completed.compareAndSet(false, true)) {
          inner.completed(new StreamException(StreamError.RESET, "the peer has ended"), 0);
        }
      }

      @Override
      void ended(IOException error, long bytes) {
        writing = null;
        if (completed.compareAndSet(false, true)) {
          inner.completed(error, bytes);
        }
      }
    }
  }
}

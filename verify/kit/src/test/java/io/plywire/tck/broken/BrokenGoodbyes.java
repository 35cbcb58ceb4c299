// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckSubject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Teardowns that are wrong with peers that do little or nothing. */
final class BrokenGoodbyes {
  private static final InMemoryLoop CLIENTS = new InMemoryLoop("tck-goodbye-clients");
  private static final InMemoryLoop SERVERS = new InMemoryLoop("tck-goodbye-servers");

  /** What the subjects state, and what they take where they are right. */
  private static final Duration BOUND = Duration.ofSeconds(2);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

  private BrokenGoodbyes() {}

  static List<Broken> all() {
    return List.of(
        unbounded("a silent peer is waited for for ever", Twin::new),
        unbounded("the time to drain begins again with every byte", Restarting::new),
        unbounded("a peer that does not read is waited for for ever", Flushing::new),
        Broken.stream("a teardown that close() overtakes is told CLOSED", "N7.1", Overtaken::new),
        Broken.teardowns(
            "a client says goodbye at once",
            "N8.8",
            (in, role, h) -> in.asyncTeardown(role == null ? null : Role.SERVER, h)));
  }

  /** A pipe that never loses its patience, whatever stands on it. */
  private static Broken unbounded(String defect, Function<AsyncStream, Twin> decorator) {
    return new Broken(
        defect,
        "N8.7",
        new TckSubject() {
          @Override
          public String name() {
            return defect;
          }

          @Override
          public StreamPair open() {
            InMemoryPipe pipe =
                InMemoryPipe.builder(CLIENTS, SERVERS).teardownTimeout(Duration.ofHours(1)).build();
            Twin client = decorator.apply(pipe.client());
            Twin server = decorator.apply(pipe.server());
            Twin.acquaint(client, server);
            return new StreamPair(client, server);
          }

          @Override
          public Set<Trait> traits() {
            return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
          }

          @Override
          public Duration teardownBound() {
            return BOUND;
          }
        });
  }

  /** What has not reached its executor when the stream is closed is taken for a later one. */
  private static final class Overtaken extends Bent {
    private volatile boolean hasBegun;

    Overtaken(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncTeardown(Role role, IoHandler handler) {
      if (handler == null) {
        inner.asyncTeardown(role, (IoHandler) null); // which it refuses
        return;
      }
      executor().execute(() -> hasBegun |= isOpen());
      inner.asyncTeardown(
          role,
          Rewired.error(
              handler,
              e ->
                  !hasBegun && e instanceof StreamException s && s.cancellation() == null
                      ? new StreamException(StreamError.CLOSED, e.getMessage())
                      : e));
    }
  }

  /** Teardowns end after a while, by requests to those below. */
  private abstract static class Limited extends Twin {
    Limited(AsyncStream inner) {
      super(inner);
    }

    /** Called when a teardown begins. */
    abstract void begins(Teardown teardown);

    @Override
    public void asyncTeardown(Role role, IoHandler handler) {
      if (role == null || handler == null) {
        super.asyncTeardown(role, handler);
        return;
      }
      Teardown teardown = new Teardown(this, handler);
      super.asyncTeardown(role, teardown);
      executor().execute(() -> begins(teardown));
    }
  }

  private static final class Teardown extends Rewired {
    private final AsyncStream stream;
    private final CancellationSignal signal = new CancellationSignal();
    private Timer timer; // as all of this, on the executor of the stream
    private boolean expired;
    private boolean over;

    /** A timer that can be called off. */
    private interface Timer {
      void cancel();
    }

    Teardown(AsyncStream stream, IoHandler handler) {
      super(handler);
      this.stream = stream;
      handler.cancellationSlot().assign((id, type) -> signal.emit(type), 0);
    }

    void limit() {
      if (over) {
        return;
      }
      if (timer != null) {
        timer.cancel();
      }
      timer = stream.executor().schedule(BOUND, this::expire)::cancel;
    }

    private void expire() {
      expired = !over;
      signal.emit(CancellationType.TERMINAL);
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return signal.slot();
    }

    @Override
    public void completed(IOException error, long bytes) {
      inner.cancellationSlot().clear();
      boolean late = expired;
      stream.executor().execute(this::end);
      inner.completed(
          late && Rewired.is(error, StreamError.ABORTED)
              ? new StreamException(StreamError.TIMEOUT, "the peer did not end: " + stream)
              : error,
          bytes);
    }

    private void end() {
      over = true;
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  private static final class Restarting extends Limited {
    private volatile Teardown teardown;

    Restarting(AsyncStream inner) {
      super(inner);
    }

    @Override
    void begins(Teardown begun) {
      teardown = begun;
      begun.limit();
    }

    @Override
    void wrote(ByteBuffer[] sources, long bytes) {
      Restarting other = (Restarting) peer();
      other
          .executor()
          .execute(
              () -> {
                if (other.teardown != null) {
                  other.teardown.limit();
                }
              });
    }
  }

  private static final class Flushing extends Limited {
    Flushing(AsyncStream inner) {
      super(inner);
    }

    @Override
    void begins(Teardown teardown) {
      if (peer().unread() == 0) {
        teardown.limit();
      } else if (!teardown.over) {
        executor().schedule(LOOK_AGAIN, () -> begins(teardown));
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;

/** Defects that take both ends of a connection. */
final class BrokenTwins {
  private BrokenTwins() {}

  private static Broken twins(String defect, String rule, Function<AsyncStream, Twin> decorator) {
    return new Broken(defect, rule, Subjects.twins(defect, decorator));
  }

  static List<Broken> all() {
    return List.of(
        twins("sources are sent after their handler has run", "N2.7", SentTooLate::new),
        twins(
            "a teardown in the turn of a write overtakes it",
            "N4.1",
            s -> new Overtaking(s, Twin::isInWriteHandler)),
        twins("a read that waits is not told the end", "N4.3", DeafToTheEnd::new),
        twins(
            "a teardown from outside does not wait until the peer has read",
            "N8.1",
            s -> new Overtaking(s, twin -> !twin.executor().isCurrent())),
        twins("teardowns that meet with data under way fail", "N8.3", Colliding::new),
        twins("a wake-up is lost where both directions are full", "N11.2", Jamming::new));
  }

  /** The peer is given what is in the sources after the handler has run. */
  private static final class SentTooLate extends Twin {
    private final ByteArrayOutputStream toPeer = new ByteArrayOutputStream();
    private int taken; // of what the peer keeps for this end

    SentTooLate(AsyncStream inner) {
      super(inner);
    }

    @Override
    void wrote(ByteBuffer[] sources, long bytes) {
      synchronized (toPeer) {
        long left = bytes;
        for (ByteBuffer source : sources) {
          for (; left > 0 && source.hasRemaining(); left--) {
            toPeer.write(source.get());
          }
        }
      }
    }

    @Override
    void delivers(byte[] bytes, int count) {
      ByteArrayOutputStream kept = ((SentTooLate) peer()).toPeer;
      synchronized (kept) {
        System.arraycopy(kept.toByteArray(), taken, bytes, 0, count);
        taken += count;
      }
    }
  }

  /** Some teardowns lose the last byte, if the peer has not read it. */
  private static final class Overtaking extends Twin {
    private final java.util.function.Predicate<Twin> when;

    Overtaking(AsyncStream inner, java.util.function.Predicate<Twin> when) {
      super(inner);
      this.when = when;
    }

    @Override
    public void asyncTeardown(Role role, IoHandler handler) {
      if (peer().unread() > 1 && when.test(this)) {
        loseLastByte();
      }
      super.asyncTeardown(role, handler);
    }
  }

  private static final class DeafToTheEnd extends Twin {
    DeafToTheEnd(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      if (handler == null) {
        super.asyncReadSome(target, (IoHandler) null);
        return;
      }
      boolean endIsKnown = peer().isTearingDown();
      super.asyncReadSome(
          target,
          new Rewired(handler) {
            @Override
            public void completed(IOException error, long bytes) {
              if (endIsKnown || !Rewired.is(error, StreamError.EOF) || !peer().isTearingDown()) {
                inner.completed(error, bytes);
              }
            }
          });
    }
  }

  private static final class Colliding extends Twin {
    private static final Object MEETING = new Object();

    Colliding(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncTeardown(Role role, IoHandler handler) {
      boolean collides;
      synchronized (MEETING) {
        collides = peer().isTearingDown() && unread() > 0 && peer().unread() > 0;
        super.asyncTeardown(role, handler == null ? null : collides ? failing(handler) : handler);
      }
    }

    private static IoHandler failing(IoHandler handler) {
      return new Rewired(handler) {
        @Override
        public void completed(IOException error, long bytes) {
          inner.completed(
              error == null ? new StreamException(StreamError.RESET, "two goodbyes met") : error,
              bytes);
        }
      };
    }
  }

  /** A write that waits while one of the peer's does is forgotten. */
  private static final class Jamming extends Twin {
    private volatile boolean waiting;

    Jamming(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      if (handler == null) {
        super.asyncWriteSome(sources, (IoHandler) null);
        return;
      }
      Forgettable forgettable = new Forgettable(handler);
      super.asyncWriteSome(sources, forgettable);
      executor().execute(forgettable::look);
    }

    private final class Forgettable extends Rewired {
      private boolean done;
      private boolean forgotten;

      Forgettable(IoHandler handler) {
        super(handler);
      }

      /** It has had its turn; if it is not done, it waits. */
      synchronized void look() {
        if (!done) {
          waiting = true;
          forgotten = ((Jamming) peer()).waiting;
        }
      }

      @Override
      public void completed(IOException error, long bytes) {
        synchronized (this) {
          done = true;
          waiting = false;
          if (forgotten && error == null) {
            return;
          }
        }
        inner.completed(error, bytes);
      }
    }
  }
}

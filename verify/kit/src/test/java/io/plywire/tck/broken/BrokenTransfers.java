// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static io.plywire.tck.broken.Broken.reads;
import static io.plywire.tck.broken.Broken.stream;
import static io.plywire.tck.broken.Broken.waits;
import static io.plywire.tck.broken.Broken.writes;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.WaitType;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ReadOnlyBufferException;
import java.util.List;

/** Defects in what is done to buffers, and in what may overlap. */
final class BrokenTransfers {
  private BrokenTransfers() {}

  /** Sees the result of a successful transfer and returns the count to report. */
  private interface Result {
    long bend(long bytes);
  }

  private static IoHandler result(IoHandler handler, Result bent) {
    return new Rewired(handler) {
      @Override
      public void completed(IOException error, long bytes) {
        inner.completed(error, error == null ? bent.bend(bytes) : bytes);
      }
    };
  }

  static List<Broken> all() {
    return List.of(
        reads("the count is larger than the room", "N1.1", BrokenTransfers::countsTooMuch),
        reads(
            "the position of the target stays",
            "N1.2",
            (in, target, h) -> in.asyncReadSome(target.duplicate(), h)),
        reads(
            "the limit of the target is moved",
            "N1.2",
            (in, target, h) ->
                in.asyncReadSome(
                    target,
                    result(
                        h,
                        n -> {
                          target.limit(target.position());
                          return n;
                        }))),
        reads(
            "a byte behind those that were read is changed", "N1.3", BrokenTransfers::touchesMore),
        reads("two bytes change places", "N1.4", BrokenTransfers::swaps),
        reads("a byte of a read is lost", "N1.4", BrokenTransfers::loses),
        reads("a byte comes twice", "N1.4", BrokenTransfers::doubles),
        reads("a read without room is told the end", "N1.5", BrokenTransfers::noRoomIsEnd),
        reads(
            "a failed read reports -1",
            "N1.6",
            (in, target, h) -> in.asyncReadSome(target, failing(h))),
        reads("little-endian targets are refused", "N1.7", BrokenTransfers::bigEndianOnly),
        writes(
            "an accepted write reports 0",
            "N2.1",
            (in, sources, h) -> in.asyncWriteSome(sources, result(h, n -> 0))),
        writes(
            "the positions of the sources stay",
            "N2.2",
            (in, sources, h) -> in.asyncWriteSome(duplicates(sources), h)),
        writes(
            "sources are masked in place",
            "N2.3",
            (in, sources, h) ->
                in.asyncWriteSome(
                    sources,
                    result(
                        h,
                        n -> {
                          mask(sources);
                          return n;
                        }))),
        writes("read-only sources are refused", "N2.4", BrokenTransfers::writableOnly),
        stream("the last handler is remembered", "N2.5", Remembering::new),
        writes("an empty write fails", "N2.6", BrokenTransfers::emptyFails),
        stream("a pending read forbids writing", "N3.1", OneForBoth::new),
        reads("a second read is swallowed", "N3.2", BrokenTransfers::swallowsSecond),
        stream("a teardown beside a write is swallowed", "N3.3", SwallowsTeardown::new),
        reads("the pending operation is not named", "N3.4", BrokenTransfers::nameless),
        waits(
            "a wait reports a byte",
            "N5.1",
            (in, h) -> in.asyncWait(WaitType.READ, result(h, n -> 1))),
        waits(
            "a wait completes with nothing there",
            "N5.2",
            (in, h) -> in.asyncReadSome(ByteBuffer.allocate(0), h)));
  }

  private static void countsTooMuch(AsyncStream in, ByteBuffer target, IoHandler handler) {
    int room = target.remaining();
    in.asyncReadSome(target, result(handler, n -> n == 0 ? 0 : room + 1));
  }

  private static void touchesMore(AsyncStream in, ByteBuffer target, IoHandler handler) {
    in.asyncReadSome(
        target,
        result(
            handler,
            n -> {
              if (n > 0 && target.hasRemaining()) {
                target.put(target.position(), (byte) (target.get(target.position()) + 1));
              }
              return n;
            }));
  }

  private static void swaps(AsyncStream in, ByteBuffer target, IoHandler handler) {
    in.asyncReadSome(
        target,
        result(
            handler,
            n -> {
              if (n >= 2) {
                int last = target.position() - 1;
                byte kept = target.get(last);
                target.put(last, target.get(last - 1)).put(last - 1, kept);
              }
              return n;
            }));
  }

  private static void loses(AsyncStream in, ByteBuffer target, IoHandler handler) {
    if (target.remaining() < 20 || target.isReadOnly()) {
      in.asyncReadSome(target, handler);
      return;
    }
    ByteBuffer all = ByteBuffer.allocate(target.remaining());
    in.asyncReadSome(
        all,
        result(
            handler,
            n -> {
              all.flip();
              if (n < 20) {
                target.put(all);
                return n;
              }
              target.put(all.slice(0, 5)).put(all.slice(6, (int) n - 6));
              return n - 1;
            }));
  }

  private static void doubles(AsyncStream in, ByteBuffer target, IoHandler handler) {
    in.asyncReadSome(
        target,
        result(
            handler,
            n -> {
              int last = target.position() - 1;
              if (n >= 20) {
                for (int i = last; i > last - 10; i--) {
                  target.put(i, target.get(i - 1));
                }
              }
              return n;
            }));
  }

  private static void noRoomIsEnd(AsyncStream in, ByteBuffer target, IoHandler handler) {
    boolean room = target.hasRemaining();
    in.asyncReadSome(
        target,
        new Rewired(handler) {
          @Override
          public void completed(IOException error, long bytes) {
            boolean bend = error == null && !room;
            inner.completed(bend ? new StreamException(StreamError.EOF, "end") : error, bytes);
          }
        });
  }

  private static IoHandler failing(IoHandler handler) {
    return new Rewired(handler) {
      @Override
      public void completed(IOException error, long bytes) {
        inner.completed(error, error == null ? bytes : -1);
      }
    };
  }

  private static void bigEndianOnly(AsyncStream in, ByteBuffer target, IoHandler handler) {
    if (target.order() != ByteOrder.BIG_ENDIAN) {
      throw new IllegalArgumentException("a little-endian target");
    }
    in.asyncReadSome(target, handler);
  }

  private static ByteBuffer[] duplicates(ByteBuffer[] sources) {
    ByteBuffer[] copies = sources.clone();
    for (int i = 0; i < copies.length; i++) {
      copies[i] = sources[i].duplicate();
    }
    return copies;
  }

  private static void mask(ByteBuffer[] sources) {
    for (ByteBuffer source : sources) {
      if (!source.isReadOnly() && source.position() > 0) {
        source.put(source.position() - 1, (byte) ~source.get(source.position() - 1));
      }
    }
  }

  private static void writableOnly(AsyncStream in, ByteBuffer[] sources, IoHandler handler) {
    for (ByteBuffer source : sources) {
      if (source != null && source.isReadOnly()) {
        throw new ReadOnlyBufferException();
      }
    }
    in.asyncWriteSome(sources, handler);
  }

  private static final class Remembering extends Bent {
    @SuppressWarnings("unused") // being there is enough
    private IoHandler last;

    Remembering(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      last = handler;
      inner.asyncReadSome(target, handler);
    }
  }

  private static void emptyFails(AsyncStream in, ByteBuffer[] sources, IoHandler handler) {
    boolean empty = true;
    for (ByteBuffer source : sources) {
      empty &= source == null || !source.hasRemaining();
    }
    IoHandler bent =
        new Rewired(handler) {
          @Override
          public void completed(IOException error, long bytes) {
            inner.completed(
                error == null ? new StreamException(StreamError.IO, "nothing to write") : error,
                bytes);
          }
        };
    in.asyncWriteSome(sources, empty && handler != null ? bent : handler);
  }

  private static final class OneForBoth extends Bent {
    private volatile boolean reading;

    OneForBoth(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      IoHandler watching =
          handler == null
              ? null
              : new Rewired(handler) {
                @Override
                public void completed(IOException error, long bytes) {
                  reading = false;
                  inner.completed(error, bytes);
                }
              };
      reading = true;
      boolean started = false;
      try {
        inner.asyncReadSome(target, watching);
        started = true;
      } finally {
        if (!started) {
          reading = false;
        }
      }
    }

    @Override
    public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      if (reading && inner.isOpen()) {
        throw new WritePendingException("asyncReadSome");
      }
      inner.asyncWriteSome(sources, handler);
    }
  }

  private static void swallowsSecond(AsyncStream in, ByteBuffer target, IoHandler handler) {
    try {
      in.asyncReadSome(target, handler);
    } catch (ReadPendingException e) {
      // as if nothing had been said
    }
  }

  private static final class SwallowsTeardown extends Bent {
    SwallowsTeardown(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncTeardown(Role role, IoHandler handler) {
      try {
        inner.asyncTeardown(role, handler);
      } catch (WritePendingException e) {
        // as if nothing had been said
      }
    }
  }

  private static void nameless(AsyncStream in, ByteBuffer target, IoHandler handler) {
    try {
      in.asyncReadSome(target, handler);
    } catch (ReadPendingException e) {
      throw new ReadPendingException("something");
    }
  }
}

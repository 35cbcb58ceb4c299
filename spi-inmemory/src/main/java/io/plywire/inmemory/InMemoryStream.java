// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.spi.PendingOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One end of an {@link InMemoryPipe}.
 *
 * <p>It keeps the whole contract of {@link AsyncStream}, and where the contract leaves a choice it
 * takes the strict one, so that code which works here works anywhere:
 *
 * <ul>
 *   <li>after {@link #close} the peer reads what was written before, then the end; its writes fail
 *       with {@link StreamError#RESET}; what this end had not read is lost;
 *   <li>cancelling with {@link io.plywire.stream.CancellationType#TERMINAL} leaves a stream that
 *       refuses all further operations with {@link StreamError#ABORTED};
 *   <li>while {@link #asyncTeardown} is outstanding, reads fail with {@link StreamError#CLOSED} and
 *       another write or teardown is misuse; it reads on until its peer has ended, within the
 *       bounds of the pipe ({@link StreamError#TIMEOUT}, {@link StreamError#EXHAUSTED}), and only
 *       TERMINAL cancels it.
 * </ul>
 *
 * <p>All three types of cancellation work on reads, waits and writes, and leave no trace while
 * nothing was moved. No operation allocates anything once the window has been used.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class InMemoryStream implements AsyncStream {
  /*
   * An operation moves bytes on its own end's executor only, between the caller's buffers and the
   * window of the flow; the pipe's lock is held for just that. Who finds the window empty or full
   * leaves a mark there, and the peer's next move posts inputChanged or outputChanged to the
   * executor of who waits, after it has left the lock. A wake-up that comes too late for its
   * operation makes the next one try once more, and that is all.
   */

  private enum Life {
    OPEN,
    /** A teardown is under way. */
    ENDING,
    CLOSED
  }

  private final InMemoryPipe pipe;
  private final Role side;
  private final StreamExecutor executor;
  private final Faults faults;

  private final ReadOperation read;
  private final WriteOperation write;
  private final TeardownOperation teardown;

  final Runnable inputChanged = this::onInputChanged;
  final Runnable outputChanged = this::onOutputChanged;

  private final AtomicReference<Life> life = new AtomicReference<>(Life.OPEN);
  private volatile boolean outputEnded;
  private @Nullable IoKind terminatedBy; // on the executor only

  InMemoryStream(InMemoryPipe pipe, Role side, StreamExecutor executor) {
    this.pipe = pipe;
    this.side = side;
    this.executor = executor;
    this.faults = new Faults(this, pipe.lock);
    this.read = new ReadOperation(this);
    this.write = new WriteOperation(this);
    this.teardown = new TeardownOperation(this, write, pipe.maxTeardownBytes, pipe.teardownTimeout);
  }

  @Override
  public StreamExecutor executor() {
    return executor;
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target " + target + " is read-only");
    }
    read.initiate(target, Objects.requireNonNull(handler, "handler"));
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    Objects.requireNonNull(type, "type");
    read.initiate(null, Objects.requireNonNull(handler, "handler"));
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    for (ByteBuffer source : sources) {
      Objects.requireNonNull(source, "source");
    }
    write.initiate(sources, Objects.requireNonNull(handler, "handler"));
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    Objects.requireNonNull(role, "role");
    teardown.initiate(role, Objects.requireNonNull(handler, "handler"));
  }

  /**
   * Ends this side and goes on reading: the peer reads what was written before, then the end. Later
   * writes fail with {@link StreamError#CLOSED}. Idempotent.
   *
   * @throws WritePendingException if a write is outstanding
   */
  public void shutdownOutput() {
    write.endOutput();
  }

  @Override
  public void close() {
    close(pipe.resetsOnClose(side));
  }

  /** Closes this end after a teardown; no option makes that a reset. */
  void closeInOrder() {
    close(false);
  }

  /**
   * Closes this end and breaks the connection off: what is on its way in either direction is lost,
   * and the peer's operations end with {@link StreamError#RESET}.
   */
  public void reset() {
    close(true);
  }

  private void close(boolean reset) {
    if (life.getAndSet(Life.CLOSED) == Life.CLOSED) {
      return;
    }
    try (InMemoryPipe.Held held = pipe.hold()) {
      held.into(side).endReading();
      Flow out = held.outOf(side);
      out.end();
      if (reset) {
        out.discard();
        out.breakOff();
      }
    }
    executor.execute(this::afterClose);
  }

  private void afterClose() {
    read.streamClosed(null);
    write.streamClosed(null);
    teardown.streamClosed(null);
  }

  @Override
  public boolean isOpen() {
    return life.get() != Life.CLOSED;
  }

  @Override
  public <T> @Nullable T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : null;
  }

  /** Returns what goes wrong at this end, and counts it. */
  public Faults faults() {
    return faults;
  }

  /** Returns which operations are outstanding, at most two. */
  public Set<IoKind> outstanding() {
    Set<IoKind> kinds = EnumSet.noneOf(IoKind.class);
    for (PendingOperation direction : List.of(read, write)) {
      String method = direction.pending();
      if (method != null) {
        kinds.add(IoKind.ofMethod(method));
      }
    }
    return kinds;
  }

  /**
   * Returns how many bytes are on their way: accepted from the writer, and not yet read.
   *
   * @param direction which way, from this end
   */
  public int inFlight(Direction direction) {
    try (InMemoryPipe.Held held = pipe.hold()) {
      return flow(held, direction).size();
    }
  }

  /**
   * Shows all bytes that enter a direction from now on, in pieces as they are written and before
   * their reader is woken.
   *
   * <p>What the tap throws does not disturb the stream. It is thrown again by a task of the
   * writer's executor, so from {@link ManualExecutor#runOne} it reaches the test.
   *
   * @param direction which way, from this end
   * @param tap gets a buffer of its own each time, on the executor of the writer
   */
  public void tap(Direction direction, Consumer<ByteBuffer> tap) {
    Objects.requireNonNull(tap, "tap");
    try (InMemoryPipe.Held held = pipe.hold()) {
      flow(held, direction).tap(tap);
    }
  }

  // ---- For the operations; on the executor ----

  /** Returns why an operation cannot be started although the stream is open, or null. */
  @Nullable IOException refusal(IoKind kind) {
    if (terminatedBy != null) {
      return refusal(
          kind,
          StreamError.ABORTED,
          "the stream can only be closed after a cancelled " + terminatedBy.method());
    }
    if (life.get() == Life.ENDING) {
      return refusal(kind, StreamError.CLOSED, "the stream is being torn down");
    }
    if (kind == IoKind.WRITE && outputEnded) {
      return refusal(kind, StreamError.CLOSED, "this side has been ended");
    }
    return null;
  }

  private static StreamException refusal(IoKind kind, StreamError error, String why) {
    return new StreamException(error, kind.method() + ": " + why);
  }

  void terminate(IoKind by) {
    terminatedBy = by;
  }

  void enterTeardown() {
    life.compareAndSet(Life.OPEN, Life.ENDING);
    read.abort("the stream is being torn down");
  }

  void endOutput() {
    outputEnded = true;
    try (InMemoryPipe.Held held = pipe.hold()) {
      held.outOf(side).end();
    }
  }

  int take(ByteBuffer target, int most) {
    try (InMemoryPipe.Held held = pipe.hold()) {
      Flow in = held.into(side);
      int n = in.take(target, most);
      if (n == most && target.hasRemaining() && in.size() > 0) {
        faults.countCapped(IoKind.READ);
      }
      return n;
    }
  }

  int poll() {
    try (InMemoryPipe.Held held = pipe.hold()) {
      return held.into(side).poll();
    }
  }

  int skip() {
    try (InMemoryPipe.Held held = pipe.hold()) {
      return held.into(side).skip();
    }
  }

  int put(ByteBuffer[] sources, long offered, int most) {
    int n;
    List<Consumer<ByteBuffer>> taps = List.of();
    ByteBuffer passed = null;
    int due;
    InMemoryPipe.Held held = pipe.hold();
    try {
      Flow out = held.outOf(side);
      n = out.put(sources, most);
      if (n == most && n < offered && out.hasRoom()) {
        faults.countCapped(IoKind.WRITE);
      }
      if (n > 0 && !out.taps().isEmpty()) {
        taps = out.taps();
        passed = out.last(n);
      }
      pipe.checkCut(out);
    } finally {
      due = held.leave(); // the reader is woken after the taps
    }
    if (passed != null) {
      show(passed, taps);
    }
    pipe.wake(due);
    return n;
  }

  private void show(ByteBuffer passed, List<Consumer<ByteBuffer>> taps) {
    for (Consumer<ByteBuffer> tap : taps) {
      try {
        tap.accept(passed.duplicate());
      } catch (RuntimeException | Error failure) {
        executor.execute(
            () -> {
              throw failure;
            });
      }
    }
  }

  private void onInputChanged() {
    read.retry();
    teardown.retry();
  }

  private void onOutputChanged() {
    write.retry();
  }

  // ---- For the faults and the pipe ----

  private Flow flow(InMemoryPipe.Held held, Direction direction) {
    return direction == Direction.INBOUND ? held.into(side) : held.outOf(side);
  }

  long passed(Direction direction) {
    try (InMemoryPipe.Held held = pipe.hold()) {
      return flow(held, direction).entered();
    }
  }

  long vanished(Direction direction) {
    try (InMemoryPipe.Held held = pipe.hold()) {
      return flow(held, direction).swallowed();
    }
  }

  void cutAt(Direction direction, Flow.Cut kind, long bytes) {
    try (InMemoryPipe.Held held = pipe.hold()) {
      Flow flow = flow(held, direction);
      flow.cutAt(kind, bytes);
      pipe.checkCut(flow);
    }
  }

  void loseEnd(Direction direction) {
    try (InMemoryPipe.Held held = pipe.hold()) {
      flow(held, direction).loseEnd();
    }
  }

  /** Names this end and its pipe. */
  @Override
  public String toString() {
    return "in-memory " + side.name().toLowerCase(Locale.ROOT) + " of " + pipe.name;
  }
}

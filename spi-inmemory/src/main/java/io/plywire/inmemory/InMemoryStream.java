// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
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
import java.util.concurrent.atomic.AtomicBoolean;
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

  private final InMemoryPipe pipe;
  private final Role side;
  private final StreamExecutor executor;
  private final Flow in;
  private final Flow out;
  private final Faults faults;

  private final AtomicReference<@Nullable IoKind> readTurn = new AtomicReference<>();
  private final AtomicReference<@Nullable IoKind> writeTurn = new AtomicReference<>();
  private final ReadOperation read;
  private final WriteOperation write;
  private final TeardownOperation teardown;

  final Runnable inputChanged = this::onInputChanged;
  final Runnable outputChanged = this::onOutputChanged;

  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean outputEnded;

  // On the executor only.
  private boolean tearingDown;
  private @Nullable IoKind spoiledBy;

  InMemoryStream(InMemoryPipe pipe, Role side, StreamExecutor executor, Flow in, Flow out) {
    this.pipe = pipe;
    this.side = side;
    this.executor = executor;
    this.in = in;
    this.out = out;
    this.faults = new Faults(this, pipe.lock);
    this.read = new ReadOperation(this, readTurn);
    this.write = new WriteOperation(this, writeTurn);
    this.teardown =
        new TeardownOperation(this, writeTurn, pipe.maxTeardownBytes, pipe.teardownTimeout);
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
    CancellationSlot slot = handler.cancellationSlot();
    takeReadTurn(IoKind.READ);
    read.initiate(target, handler, slot);
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    Objects.requireNonNull(type, "type");
    CancellationSlot slot = handler.cancellationSlot();
    takeReadTurn(IoKind.WAIT);
    read.initiateWait(handler, slot);
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    for (ByteBuffer source : sources) {
      Objects.requireNonNull(source, "source");
    }
    CancellationSlot slot = handler.cancellationSlot();
    takeWriteTurn(IoKind.WRITE);
    write.initiate(sources, handler, slot);
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    Objects.requireNonNull(role, "role");
    CancellationSlot slot = handler.cancellationSlot();
    takeWriteTurn(IoKind.TEARDOWN);
    teardown.initiate(role, handler, slot);
  }

  private void takeReadTurn(IoKind kind) {
    IoKind pending = readTurn.compareAndExchange(null, kind);
    if (pending != null) {
      throw new ReadPendingException(pending.method());
    }
  }

  private void takeWriteTurn(IoKind kind) {
    IoKind pending = writeTurn.compareAndExchange(null, kind);
    if (pending != null) {
      throw new WritePendingException(pending.method());
    }
  }

  /**
   * Ends this side and goes on reading: the peer reads what was written before, then the end. Later
   * writes fail with {@link StreamError#CLOSED}. Idempotent.
   *
   * @throws WritePendingException if a write is outstanding
   */
  public void shutdownOutput() {
    takeWriteTurn(IoKind.WRITE);
    endOutput();
    writeTurn.set(null);
  }

  @Override
  public void close() {
    close(pipe.resetsOnClose(side));
  }

  /** Closes this end after a goodbye, which no option makes a reset. */
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
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    pipe.lock.lock();
    try {
      in.deafen();
      out.end();
      if (reset) {
        out.discard();
        out.breakOff();
      }
    } finally {
      pipe.unlock();
    }
    executor.execute(this::afterClose);
  }

  private void afterClose() {
    read.abort("the stream was closed");
    write.abort("the stream was closed");
    teardown.abort("the stream was closed");
  }

  @Override
  public boolean isOpen() {
    return !closed.get();
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
    IoKind reading = readTurn.get();
    IoKind writing = writeTurn.get();
    if (reading != null) {
      kinds.add(reading);
    }
    if (writing != null) {
      kinds.add(writing);
    }
    return kinds;
  }

  /**
   * Returns how many bytes are on their way: accepted from the writer, and not yet read.
   *
   * @param direction which way, from this end
   */
  public int inFlight(Direction direction) {
    pipe.lock.lock();
    try {
      return flow(direction).size();
    } finally {
      pipe.unlock();
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
    pipe.lock.lock();
    try {
      flow(direction).tap(tap);
    } finally {
      pipe.unlock();
    }
  }

  // ---- For the operations; on the executor ----

  /** Returns why an operation cannot be started, or null. */
  @Nullable IOException refusal(IoKind kind, boolean late) {
    if (late) {
      return refusal(kind, StreamError.CLOSED, "the stream was closed before");
    }
    if (closed.get()) {
      return refusal(kind, StreamError.ABORTED, "the stream was closed");
    }
    if (spoiledBy != null) {
      return refusal(
          kind,
          StreamError.ABORTED,
          "the stream can only be closed after a cancelled " + spoiledBy.method());
    }
    if (tearingDown) {
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

  void spoil(IoKind by) {
    spoiledBy = by;
  }

  void enterTeardown() {
    tearingDown = true;
    read.abort("the stream is being torn down");
  }

  void endOutput() {
    outputEnded = true;
    pipe.lock.lock();
    try {
      out.end();
    } finally {
      pipe.unlock();
    }
  }

  int take(ByteBuffer target, int most) {
    pipe.lock.lock();
    try {
      int n = in.take(target, most);
      if (n == most && target.hasRemaining() && in.size() > 0) {
        faults.countCapped(IoKind.READ);
      }
      return n;
    } finally {
      pipe.unlock();
    }
  }

  int poll() {
    pipe.lock.lock();
    try {
      return in.poll();
    } finally {
      pipe.unlock();
    }
  }

  int skip() {
    pipe.lock.lock();
    try {
      return in.skip();
    } finally {
      pipe.unlock();
    }
  }

  int put(ByteBuffer[] sources, long offered, int most) {
    int n;
    List<Consumer<ByteBuffer>> taps = List.of();
    ByteBuffer passed = null;
    int due;
    pipe.lock.lock();
    try {
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
      due = pipe.release();
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

  /** Wants the lock held. */
  Flow flow(Direction direction) {
    return direction == Direction.INBOUND ? in : out;
  }

  void cutAt(Direction direction, Flow.Cut kind, long bytes) {
    pipe.lock.lock();
    try {
      Flow flow = flow(direction);
      flow.cutAt(kind, bytes);
      pipe.checkCut(flow);
    } finally {
      pipe.unlock();
    }
  }

  void loseEnd(Direction direction) {
    pipe.lock.lock();
    try {
      flow(direction).loseEnd();
    } finally {
      pipe.unlock();
    }
  }

  /** Names this end and its pipe. */
  @Override
  public String toString() {
    return "in-memory " + side.name().toLowerCase(Locale.ROOT) + " of " + pipe.name;
  }
}

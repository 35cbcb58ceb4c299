// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
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
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A stream made by hand: nothing of the skeletons is in it. Its state is guarded by a lock instead
 * of an executor, so whoever calls does the work, on any thread, and what can be done at once is
 * done within the call; handlers run on the executor all the same.
 */
abstract class LockedStream implements AsyncStream {
  private static final Duration DRAIN_TIME = Duration.ofSeconds(2);
  private static final long DRAIN_BYTES = 16L << 20;
  private static final int DRAINS_IN_A_ROW = 16;

  /** Of everything; both ends may have the same one. */
  final ReentrantLock lock;

  private final StreamExecutor executor;
  private Operation reading; // until its handler runs
  private Operation writing; // a teardown, too
  private boolean ending;
  private volatile boolean closed;
  private StreamException failure;

  LockedStream(StreamExecutor executor, ReentrantLock lock) {
    this.executor = executor;
    this.lock = lock;
  }

  // ---- the medium, under the lock

  /** Reads what is there: a number of bytes, 0, or -1 at the end. */
  abstract int tryRead(ByteBuffer target) throws IOException;

  /** Returns whether that would not be 0. */
  abstract boolean isReadable();

  /** Writes what there is room for. */
  abstract long tryWrite(ByteBuffer[] sources) throws IOException;

  /** Asks for {@link #ready}. */
  abstract void await(boolean readable, boolean writable) throws IOException;

  abstract void endOutput() throws IOException;

  abstract void closeMedium();

  /** Called when something has changed, on any thread. */
  final void ready() {
    lock.lock();
    try {
      goOn(reading);
      goOn(writing);
    } finally {
      lock.unlock();
    }
  }

  // ---- operations

  private enum Kind {
    READ,
    WAIT,
    WRITE,
    TEARDOWN
  }

  private final class Operation implements CancellationSlot.Cancellable, Runnable {
    final Kind kind;
    final String name;
    final IoHandler handler;
    ByteBuffer target;
    ByteBuffer[] sources;
    Role role;
    boolean done;
    IOException error;
    long bytes;

    boolean outputEnded;
    boolean inputEnded;
    long drained;
    StreamExecutor.Timer timer;

    Operation(Kind kind, String name, IoHandler handler) {
      this.kind = kind;
      this.name = name;
      this.handler = Objects.requireNonNull(handler, "handler");
    }

    boolean isRead() {
      return kind == Kind.READ || kind == Kind.WAIT;
    }

    /** Under the lock; whoever calls delivers. */
    void end(IOException why, long count) {
      done = true;
      error = why;
      bytes = count;
      target = null;
      sources = null;
      handler.cancellationSlot().clear();
      if (timer != null) {
        timer.cancel();
      }
      if (kind == Kind.TEARDOWN) {
        closeNow();
      }
    }

    void endPosted(IOException why, long count) {
      end(why, count);
      Completions.post(handler, executor, this);
    }

    /** Runs the handler, when the operation is over. */
    @Override
    public void run() {
      lock.lock();
      try {
        if (isRead()) {
          reading = null;
        } else {
          writing = null;
        }
      } finally {
        lock.unlock();
      }
      try {
        handler.completed(error, bytes);
      } catch (RuntimeException | Error e) {
        close(); // nobody else will
      }
    }

    @Override
    public void cancel(long id, CancellationType type) {
      lock.lock();
      try {
        if (!done) {
          endPosted(StreamException.cancelled(type, name + " was cancelled: " + this), 0);
        }
      } finally {
        lock.unlock();
      }
    }

    @Override
    public String toString() {
      return LockedStream.this.toString();
    }
  }

  private void initiate(Operation operation) {
    boolean done;
    lock.lock();
    try {
      claim(operation);
      if (closed || (ending && operation.kind != Kind.TEARDOWN)) {
        operation.end(error(StreamError.CLOSED, operation.name + " on a closed stream"), 0);
      } else {
        operation.handler.cancellationSlot().assign(operation, 0);
        if (operation.kind == Kind.TEARDOWN) {
          beginTeardown(operation);
        }
        attempt(operation);
      }
      done = operation.done; // a moment later another thread may have ended it, and delivers
    } finally {
      lock.unlock();
    }
    if (done && executor.isCurrent()) {
      Completions.immediately(operation.handler, executor, operation);
    } else if (done) {
      Completions.post(operation.handler, executor, operation); // handlers are at home there only
    }
  }

  private void claim(Operation operation) {
    if (operation.isRead()) {
      if (reading != null) {
        throw new ReadPendingException(reading.name);
      }
      reading = operation;
    } else {
      if (writing != null) {
        throw new WritePendingException(writing.name);
      }
      writing = operation;
    }
  }

  /** Goes on with one that waits. */
  private void goOn(Operation operation) {
    if (operation != null && !operation.done) {
      attempt(operation);
      if (operation.done) {
        Completions.post(operation.handler, executor, operation);
      }
    }
  }

  private void attempt(Operation operation) {
    try {
      switch (operation.kind) {
        case READ -> read(operation);
        case WAIT -> waitFor(operation);
        case WRITE -> write(operation);
        default -> tearDown(operation);
      }
    } catch (IOException e) {
      if (failure == null) {
        failure = new StreamException(StreamError.RESET, this + ": " + e.getMessage(), e);
      }
      operation.end(failure, 0);
      goOn(operation.isRead() ? writing : reading); // the other direction is gone, too
    }
  }

  private void read(Operation operation) throws IOException {
    ByteBuffer target = operation.target;
    int n = target.hasRemaining() ? tryRead(target) : 0;
    if (n > 0 || !target.hasRemaining()) {
      operation.end(null, Math.max(0, n));
    } else if (failure != null) {
      operation.end(failure, 0);
    } else if (n < 0) {
      operation.end(error(StreamError.EOF, "the peer has ended"), 0);
    } else {
      await(true, false);
    }
  }

  private void waitFor(Operation operation) throws IOException {
    if (failure != null || isReadable()) {
      operation.end(null, 0);
    } else {
      await(true, false);
    }
  }

  private void write(Operation operation) throws IOException {
    boolean empty = true;
    for (ByteBuffer source : operation.sources) {
      empty &= !source.hasRemaining();
    }
    if (!empty && failure != null) {
      operation.end(failure, 0);
      return;
    }
    long n = empty ? 0 : tryWrite(operation.sources);
    if (empty || n > 0) {
      operation.end(null, n);
    } else {
      await(false, true);
    }
  }

  private void beginTeardown(Operation operation) {
    ending = true;
    if (reading != null && !reading.done) {
      reading.endPosted(error(StreamError.ABORTED, "ended by a teardown"), 0);
    }
    operation.timer = executor.schedule(DRAIN_TIME, () -> timeIsUp(operation));
  }

  private void timeIsUp(Operation operation) {
    lock.lock();
    try {
      if (!operation.done) {
        operation.endPosted(error(StreamError.TIMEOUT, "the peer has not ended in time"), 0);
      }
    } finally {
      lock.unlock();
    }
  }

  private void tearDown(Operation operation) throws IOException {
    ByteBuffer scratch = ByteBuffer.allocate(16 << 10);
    for (int i = 0, n = 1; i < DRAINS_IN_A_ROW && n > 0 && !operation.inputEnded; i++) {
      n = tryRead(scratch.clear());
      operation.inputEnded = n < 0;
      operation.drained += Math.max(0, n);
    }
    if (!operation.outputEnded && (operation.inputEnded || operation.role == Role.SERVER)) {
      operation.outputEnded = true;
      endOutput();
    }
    if (failure != null) {
      operation.end(failure, 0);
    } else if (operation.inputEnded) {
      operation.end(null, 0);
    } else if (operation.drained > DRAIN_BYTES) {
      operation.end(error(StreamError.EXHAUSTED, "the peer does not stop"), 0);
    } else {
      await(true, false);
    }
  }

  private StreamException error(StreamError error, String message) {
    return new StreamException(error, message + ": " + this);
  }

  // ---- contract

  @Override
  public final StreamExecutor executor() {
    return executor;
  }

  @Override
  public final void asyncReadSome(ByteBuffer target, IoHandler handler) {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only: " + target);
    }
    Operation operation = new Operation(Kind.READ, "asyncReadSome", handler);
    operation.target = target;
    initiate(operation);
  }

  @Override
  public final void asyncWait(WaitType type, IoHandler handler) {
    Objects.requireNonNull(type, "type");
    initiate(new Operation(Kind.WAIT, "asyncWait", handler));
  }

  @Override
  public final void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    for (ByteBuffer source : sources) {
      Objects.requireNonNull(source, "source");
    }
    Operation operation = new Operation(Kind.WRITE, "asyncWriteSome", handler);
    operation.sources = sources;
    initiate(operation);
  }

  @Override
  public final void asyncTeardown(Role role, IoHandler handler) {
    Operation operation = new Operation(Kind.TEARDOWN, "asyncTeardown", handler);
    operation.role = Objects.requireNonNull(role, "role");
    initiate(operation);
  }

  @Override
  public final void close() {
    lock.lock();
    try {
      closeNow();
    } finally {
      lock.unlock();
    }
  }

  private void closeNow() {
    if (closed) {
      return;
    }
    closed = true;
    closeMedium();
    for (Operation operation : new Operation[] {reading, writing}) {
      if (operation != null && !operation.done) {
        operation.endPosted(error(StreamError.ABORTED, "the stream was closed"), 0);
      }
    }
  }

  @Override
  public final boolean isOpen() {
    return !closed;
  }

  @Override
  public final <T> T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : null;
  }

  @Override
  public abstract String toString();
}

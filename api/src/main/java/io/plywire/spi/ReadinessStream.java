// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.AsyncStream;
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
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The skeleton of a stream over what can be <em>tried</em>: a medium that reads and writes as much
 * as it can at once, and tells when it can do more. A non-blocking socket with a selector is the
 * model. What fills a buffer some time later has {@link CompletionStream}.
 *
 * <p>The skeleton keeps the contract of {@link AsyncStream}: reads, writes and waits from the
 * initiating call to the handler, their cancellation, what becomes of them when the peer ends, the
 * connection is lost or the stream is closed, and the graceful end. The author writes what is
 * particular to the medium:
 *
 * {@snippet :
 * final class SocketStream extends ReadinessStream {
 *   protected int tryRead(ByteBuffer target) throws IOException {
 *     return channel.read(target);
 *   }
 *
 *   protected long tryWrite(ByteBuffer[] sources) throws IOException {
 *     return channel.write(sources);
 *   }
 *
 *   protected void awaitReadable() {
 *     loop.whenReadable(channel, () -> executor().execute(this::readable));
 *   }
 *
 *   protected void awaitWritable() {
 *     loop.whenWritable(channel, () -> executor().execute(this::writable));
 *   }
 *
 *   protected void shutdownOutput() throws IOException {
 *     channel.shutdownOutput();
 *   }
 *
 *   protected void closeNow() throws IOException {
 *     channel.close();
 *   }
 * }
 * }
 *
 * <p>All of these are called on the stream's executor, and none of them may block. An operation
 * that waits has touched nothing, so every type of cancellation ends it and leaves the stream as it
 * was; such a stream has the traits {@link Trait#TOTAL_CANCELLATION}, {@link
 * Trait#PARTIAL_CANCELLATION} and {@link Trait#READINESS}, and {@link Trait#HALF_CLOSE} if its
 * medium can end one direction. No operation but the teardown makes garbage.
 *
 * <p><b>Failure.</b> What {@link #tryRead} or {@link #tryWrite} throws is the end of both
 * directions: what is pending and what comes later fails with it (N4.5), except that reads get what
 * had arrived before. {@link #failed} does the same for what is learned otherwise.
 *
 * <p><b>Teardown.</b> What was accepted is flushed, while what arrives is drained already, lest two
 * peers wait for each other. Then the server ends its side and drains until the peer has ended its
 * own; the client drains first and ends its side after the server (RFC 6455 §7.1.1). That is
 * bounded by {@link TeardownLimits}, and however it ends, also by cancellation or in a call that
 * was refused, the stream is closed afterwards.
 *
 * <p>Thread safety: the methods of {@link AsyncStream} may be called by any thread, {@link
 * #readable}, {@link #writable} and {@link #failed} on the stream's executor.
 *
 * @see PendingOperation for one direction, if this does not fit
 */
public abstract class ReadinessStream implements AsyncStream {
  /*
   * Three operations share what is here: ReadOperation (reads and waits), WriteOperation, and in
   * the end a TeardownOperation, which has the claim of the write and takes over both events.
   *
   *   awaitReadable → readable() ─┬→ ReadOperation.ready        "life" is for everybody,
   *   awaitWritable → writable() ─┤→ WriteOperation.ready       everything else the executor's
   *                               └→ TeardownOperation.step
   */

  private enum Life {
    OPEN,
    /** A teardown was initiated. */
    ENDING,
    CLOSED
  }

  private static final Logger log = LoggerFactory.getLogger(ReadinessStream.class);

  private final StreamExecutor executor;
  private final TeardownLimits limits;
  private final ReadOperation reads;
  private final WriteOperation writes;
  private final AtomicReference<Life> life = new AtomicReference<>(Life.OPEN);

  private boolean over;
  private @Nullable StreamException failure; // sticky, of both directions
  private boolean cut; // the author said so
  private @Nullable TeardownOperation teardown;

  /**
   * Makes an open stream with the {@linkplain TeardownLimits#defaults() usual} bounds.
   *
   * @param executor where its operations run
   */
  protected ReadinessStream(StreamExecutor executor) {
    this(executor, TeardownLimits.defaults());
  }

  /**
   * Makes an open stream.
   *
   * @param executor where its operations run
   * @param limits how much its teardown bears with the peer
   */
  @SuppressWarnings("this-escape") // to operations that do nothing yet
  protected ReadinessStream(StreamExecutor executor, TeardownLimits limits) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.limits = Objects.requireNonNull(limits, "limits");
    this.reads = new ReadOperation(this);
    this.writes = new WriteOperation(this);
  }

  // ---------------------------------------------------------------- what the author says

  /**
   * Reads what is there.
   *
   * @param target has room; its position advances by what is read, and nothing else is touched
   * @return how many bytes were read; 0 if there are none just now; -1 if the peer has ended, each
   *     time it is asked
   * @throws IOException if the connection is lost
   */
  protected abstract int tryRead(ByteBuffer target) throws IOException;

  /**
   * Accepts what there is room for; short is fine. What was accepted goes out without further ado.
   *
   * @param sources have content in all, some may be empty; their positions advance by what is
   *     accepted, and their content stays as it is. Nothing may be kept of them
   * @return how many bytes were accepted; 0 if there is no room just now
   * @throws IOException if the connection is lost
   */
  protected abstract long tryWrite(ByteBuffer[] sources) throws IOException;

  /**
   * Asks for one call of {@link #readable}, as soon as {@link #tryRead} would return something
   * other than 0; also if that is so already, then within this call or later. Not called again
   * before that.
   *
   * @throws IOException if the connection is lost
   */
  protected abstract void awaitReadable() throws IOException;

  /**
   * Asks for one call of {@link #writable}, as soon as {@link #tryWrite} would accept something, or
   * {@link #tryFlush} get on; also if that is so already. Not called again before that.
   *
   * @throws IOException if the connection is lost
   */
  protected abstract void awaitWritable() throws IOException;

  /**
   * Passes on what was accepted and is still held back here. Nothing is unless this is overridden.
   *
   * @return whether nothing is left; if not, {@link #awaitWritable} is called
   * @throws IOException if the connection is lost
   */
  protected boolean tryFlush() throws IOException {
    return true;
  }

  /**
   * Ends this side, once everything was flushed: the peer reads the end, and may still send. Called
   * at most once, by the teardown. A medium that cannot end one direction alone does nothing.
   *
   * @throws IOException if the connection is lost
   */
  protected abstract void shutdownOutput() throws IOException;

  /**
   * Closes the medium and gives up all that belongs to the stream. Called once, without waiting for
   * anything; what this throws is logged.
   *
   * @throws IOException if something went wrong, which changes nothing
   */
  protected abstract void closeNow() throws IOException;

  /**
   * Finds the code for what the medium reports. Unless overridden, a {@link StreamException} is
   * taken as it is, and everything else as {@link StreamError#RESET}: the connection broke.
   *
   * @param reported from the methods above, or from {@link #failed}
   */
  protected StreamException failureOf(IOException reported) {
    return reported instanceof StreamException known
        ? known
        : new StreamException(StreamError.RESET, this + ": " + reported.getMessage(), reported);
  }

  /** Names the stream and tells no secrets (N10.2); errors and the log quote it. */
  @Override
  public abstract String toString();

  // ---------------------------------------------------------------- what the author calls

  /**
   * Tells that {@link #tryRead} has something. If that turns out to be wrong, nothing worse happens
   * than that a wait may have completed in vain; then {@link Trait#READINESS} cannot be promised.
   */
  protected final void readable() {
    if (!over) {
      reads.ready();
      step();
    }
  }

  /** Tells that {@link #tryWrite} may have room. */
  protected final void writable() {
    if (!over) {
      writes.ready();
      step();
    }
  }

  /**
   * Tells that the connection is lost: both directions end. The stream stays to be closed by its
   * user.
   *
   * @param reported what is known
   */
  protected final void failed(IOException reported) {
    cut = true;
    transferFailed(reported);
  }

  /** Tells that a transfer has failed: both directions end, but reads get what has arrived. */
  final void transferFailed(IOException reported) {
    if (!over) {
      lost(reported);
      reads.streamFailed();
      writes.streamFailed();
      step();
    }
  }

  private void step() {
    if (teardown != null) {
      teardown.step();
    }
  }

  // ---------------------------------------------------------------- contract

  @Override
  public final StreamExecutor executor() {
    return executor;
  }

  /**
   * {@inheritDoc}
   *
   * @throws ReadPendingException if a read or a wait is outstanding
   */
  @Override
  public final void asyncReadSome(ByteBuffer target, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only: " + target);
    }
    reads.initiate("asyncReadSome", target, handler);
  }

  /**
   * {@inheritDoc}
   *
   * @throws WritePendingException if a write or a teardown is outstanding
   */
  @Override
  public final void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    for (ByteBuffer source : sources) {
      Objects.requireNonNull(source, "source");
    }
    writes.initiate(sources, handler);
  }

  /**
   * {@inheritDoc}
   *
   * @throws ReadPendingException if a read or a wait is outstanding
   */
  @Override
  public final void asyncWait(WaitType type, IoHandler handler) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(handler, "handler");
    reads.initiate("asyncWait", null, handler);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Fails with {@link StreamError#TIMEOUT} or {@link StreamError#EXHAUSTED} at a bound of {@link
   * TeardownLimits}, and with the failure of the connection if that breaks meanwhile, since what
   * was sent last may then not have arrived.
   *
   * @throws WritePendingException if a write or a teardown is outstanding
   */
  @Override
  public final void asyncTeardown(Role role, IoHandler handler) {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(handler, "handler");
    new TeardownOperation(this, role, limits).initiate(handler);
  }

  @Override
  public final void close() {
    if (life.getAndSet(Life.CLOSED) != Life.CLOSED) {
      executor.dispatch(this::giveUp);
    }
  }

  @Override
  public final boolean isOpen() {
    return life.get() != Life.CLOSED;
  }

  /** Finds this stream; there is no layer below. */
  @Override
  public <T> @Nullable T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : null;
  }

  // ---------------------------------------------------------------- for the operations

  /** Closes the medium, and ends what is pending; on the executor. */
  final void giveUp() {
    if (over) {
      return;
    }
    over = true;
    life.set(Life.CLOSED);
    TeardownOperation ending = teardown;
    teardown = null;
    try {
      closeNow();
    } catch (IOException | RuntimeException | Error e) {
      log.error("Not everything that belongs to it could be given up: {}", this, e);
    }
    giveMemoryBack();
    reads.streamClosed(null);
    writes.streamClosed(null);
    if (ending != null) {
      ending.streamClosed(null);
    }
  }

  /** Called when the medium is closed. */
  void giveMemoryBack() {}

  /** Returns whether a medium that cannot be tried will still tell what has arrived. */
  boolean canReadOn() {
    return false;
  }

  /** Returns whether no more can be read than is there just now. */
  final boolean isCut() {
    return failure != null && (cut || !canReadOn());
  }

  /**
   * Records that the connection is lost. The caller tells the other direction.
   *
   * @return the failure, the first one if there are several
   */
  final StreamException lost(Throwable reported) {
    StreamException known = failure;
    if (known == null) {
      known =
          reported instanceof IOException e
              ? failureOf(e)
              : new StreamException(StreamError.IO, this + " broke off: " + reported, reported);
      failure = known;
    }
    return known;
  }

  final @Nullable StreamException failure() {
    return failure;
  }

  /**
   * Lets no further operation be initiated; any thread.
   *
   * @return whether they might have been until now
   */
  final boolean beginEnding() {
    return life.compareAndSet(Life.OPEN, Life.ENDING);
  }

  /** Takes that back: the call was refused and changed nothing. */
  final void cancelEnding() {
    life.compareAndSet(Life.ENDING, Life.OPEN);
  }

  /** Lets the teardown have the events. */
  final void tearDownBy(TeardownOperation operation) {
    teardown = operation;
    reads.abort("the stream is being torn down");
  }

  /** Returns whether operations may be initiated; any thread. */
  final boolean isUsable() {
    return life.get() == Life.OPEN;
  }

  /** Returns whether the stream is closed or is being torn down. */
  final boolean isOver() {
    return over || teardown != null;
  }

  final ReadOperation reads() {
    return reads;
  }

  final WriteOperation writes() {
    return writes;
  }
}

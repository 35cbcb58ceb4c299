// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The skeleton of an acceptor over what is started and completes some time later, such as {@link
 * java.nio.channels.AsynchronousServerSocketChannel}, or a blocking accept on a thread of its own.
 *
 * {@snippet :
 * new CompletionAcceptor<AsynchronousSocketChannel>(executor, endpoint) {
 *   protected void beginAccept(
 *       CompletionHandler<AsynchronousSocketChannel, Object> completion) {
 *     channel.accept(null, completion);
 *   }
 *
 *   protected AsyncStream open(AsynchronousSocketChannel accepted, StreamExecutor home) {
 *     return new ChannelStream(accepted, home);
 *   }
 *
 *   protected void closeNow() throws IOException {
 *     channel.close();
 *   }
 * }
 * }
 *
 * <p>The medium is asked for a connection when somebody wants one, and for one at a time. A
 * connection that comes after its accept was cancelled is there for the next accept (P3.3), or
 * closed if the acceptor is. Trouble is logged, and waited out.
 *
 * <p>Thread safety: every method of {@link Acceptor} may be called by any thread.
 *
 * @param <C> what the medium gives for a connection
 */
public abstract class CompletionAcceptor<C extends Closeable> implements Acceptor {
  private static final Logger log = LoggerFactory.getLogger(CompletionAcceptor.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final StreamExecutor executor;
  private final Endpoint local;
  private final AtomicBoolean accepting = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Answer answer = new Answer();

  // On the executor only.
  private @Nullable AcceptOperation waiting; // or one that was cancelled
  private @Nullable C accepted; // that nobody has taken
  private boolean underWay;
  private Duration pause = FIRST_PAUSE;

  /**
   * Makes an acceptor of a medium that listens.
   *
   * @param executor where it runs
   * @param local the real endpoint, with the real port
   */
  protected CompletionAcceptor(StreamExecutor executor, Endpoint local) {
    this.executor = Objects.requireNonNull(executor, "executor");
    this.local = Objects.requireNonNull(local, "local");
  }

  /**
   * Starts to accept. Called on the acceptor's executor, one at a time; must not block. When the
   * acceptor is closed, this completes, too.
   *
   * @param completion to be called once, on any thread, also within this call; its attachment is
   *     not looked at
   * @throws IOException if that fails; then the completion is not called
   */
  protected abstract void beginAccept(CompletionHandler<C, @Nullable Object> completion)
      throws IOException;

  /**
   * Makes a stream of a connection.
   *
   * @param connection from the medium; belongs to the stream
   * @param home the executor of the new stream, on which this is called
   * @throws IOException if that fails, which fails the accept and closes the connection
   */
  protected abstract AsyncStream open(C connection, StreamExecutor home) throws IOException;

  /**
   * Stops listening, without waiting for anything; called once, on the thread that closes, so that
   * the address is free when {@link #close} returns. What this throws is logged.
   *
   * @throws IOException if something went wrong, which changes nothing
   */
  protected abstract void closeNow() throws IOException;

  /** Returns the executor of the next stream: that of the acceptor unless overridden. */
  protected StreamExecutor home() {
    return executor;
  }

  @Override
  public final Endpoint localEndpoint() {
    return local;
  }

  @Override
  public final StreamExecutor executor() {
    return executor;
  }

  @Override
  public final boolean isOpen() {
    return !closed.get();
  }

  @Override
  public final void asyncAccept(Handler<AsyncStream> handler) {
    AcceptOperation accept = new AcceptOperation(handler, isOpen());
    if (!accepting.compareAndSet(false, true)) {
      throw new ReadPendingException("asyncAccept");
    }
    accept.initiate();
  }

  @Override
  public final void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      closeNow();
    } catch (IOException | RuntimeException e) {
      log.error("Not everything that belongs to it could be given up: {}", this, e);
    }
    executor.execute(this::afterClose);
  }

  private void afterClose() {
    OneShotOperation.closeQuietly(accepted);
    accepted = null;
    AcceptOperation accept = waiting;
    waiting = null;
    if (accept != null) {
      accept.acceptorClosed();
    }
  }

  /** Gives a connection to the accept that waits, or asks for one. */
  private void serve() {
    AcceptOperation accept = waiting;
    if (accept == null || accept.isOver()) {
      waiting = null;
      return;
    }
    C connection = accepted;
    if (connection != null) {
      accepted = null;
      waiting = null;
      accept.take(connection);
    } else if (!underWay) {
      underWay = true;
      try {
        beginAccept(answer);
      } catch (IOException | RuntimeException e) {
        answer.failed(e, null);
      }
    }
  }

  private void answered(C connection) {
    underWay = false;
    pause = FIRST_PAUSE;
    if (isOpen()) {
      accepted = connection;
      serve();
    } else {
      OneShotOperation.closeQuietly(connection);
    }
  }

  private void refused(Throwable error) {
    if (!isOpen()) {
      return;
    }
    log.warn("{} cannot accept and tries again in {} ms", this, pause.toMillis(), error);
    executor.schedule(pause, this::tryAgain); // the system will not say when it has recovered
    Duration doubled = pause.multipliedBy(2);
    pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  private void tryAgain() {
    underWay = false;
    if (isOpen()) {
      serve();
    }
  }

  @Override
  public String toString() {
    return "acceptor on " + local + (isOpen() ? "" : ", closed");
  }

  /** What the medium calls. */
  private final class Answer implements CompletionHandler<C, @Nullable Object> {
    @Override
    public void completed(C connection, @Nullable Object attachment) {
      executor.execute(() -> answered(connection));
    }

    @Override
    public void failed(Throwable error, @Nullable Object attachment) {
      executor.execute(() -> refused(error));
    }
  }

  private final class AcceptOperation extends OneShotOperation<AsyncStream> {
    private final boolean open;

    AcceptOperation(Handler<AsyncStream> handler, boolean open) {
      super(executor, handler);
      this.open = open;
    }

    @Override
    protected void start() {
      if (!open) {
        String what = "asyncAccept on an acceptor that was closed: ";
        fail(new StreamException(StreamError.CLOSED, what + local));
      } else if (isOpen()) {
        waiting = this;
        serve();
      } else {
        acceptorClosed();
      }
    }

    void acceptorClosed() {
      if (claimEnd()) {
        String what = "asyncAccept ended because the acceptor was closed: ";
        deliverPosted(new StreamException(StreamError.ABORTED, what + local), null);
      }
    }

    @SuppressWarnings("ReferenceEquality") // the very same executor
    void take(C connection) {
      StreamExecutor home = home();
      if (!claimEnd()) {
        throw new IllegalStateException("nobody else ends what is not over, on its executor");
      }
      if (home == executor) {
        adopt(connection, home);
      } else {
        home.execute(() -> adopt(connection, home));
      }
    }

    private void adopt(C connection, StreamExecutor home) {
      AsyncStream stream = null;
      IOException error = null;
      try {
        stream = open(connection, home);
      } catch (IOException | RuntimeException e) {
        closeQuietly(connection);
        String what = "cannot serve a connection: " + e.getMessage();
        error = new StreamException(StreamError.IO, what, e);
      }
      deliver(home, error, stream);
    }

    @Override
    protected void release() {
      accepting.set(false);
    }

    @Override
    protected StreamException cancelled(CancellationType type) {
      return StreamException.cancelled(
          type, "asyncAccept was cancelled, no connection was lost, the acceptor stays as it was");
    }

    @Override
    public String toString() {
      return "asyncAccept of " + CompletionAcceptor.this;
    }
  }
}

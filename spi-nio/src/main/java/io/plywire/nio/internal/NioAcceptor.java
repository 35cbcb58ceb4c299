// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.nio.NioEventLoop;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections on one loop and gives them to others in turn. It accepts while somebody asks
 * for a connection only; until then they wait in the system's backlog.
 */
final class NioAcceptor extends LoopMember implements Acceptor {
  /** Takes a connection from the system; a test puts in what fails. */
  interface AcceptCall {
    @Nullable SocketChannel accept(ServerSocketChannel channel) throws IOException;
  }

  static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** How long accepting must have worked for trouble to be over. */
  private static final Duration CALM = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(NioAcceptor.class);

  /** Connections taken at once in a turn; then the other channels of the loop get theirs. */
  private static final int TRIES_PER_TURN = 16;

  private final SelectorLoop loop;
  private final Supplier<NioEventLoop> loops;
  private final ServerSocketChannel channel;
  private final Endpoint endpoint;
  private final SocketSettings settings;
  private final AcceptCall acceptCall;
  private final Runnable cleanUp;
  private final AtomicReference<@Nullable Accept> pending = new AtomicReference<>();
  private volatile boolean closed;

  // On the loop only, from here on.
  private boolean admitted;
  private @Nullable SelectionKey key;
  private @Nullable Accept waiting;
  private boolean over;
  private boolean exhausted; // the last try found nothing; the selector will tell
  private int lastTurn;
  private int triesInTurn;
  private StreamExecutor.@Nullable Timer pause;
  private Duration nextPause = FIRST_PAUSE;
  private boolean inTrouble;
  private long lastTrouble;

  /**
   * Makes an acceptor of a bound channel in non-blocking mode.
   *
   * @param cleanUp runs on the loop when the channel has been closed
   */
  NioAcceptor(
      SelectorLoop loop,
      Supplier<NioEventLoop> loops,
      ServerSocketChannel channel,
      Endpoint endpoint,
      SocketSettings settings,
      AcceptCall acceptCall,
      Runnable cleanUp) {
    this.loop = loop;
    this.loops = loops;
    this.channel = channel;
    this.endpoint = endpoint;
    this.settings = settings;
    this.acceptCall = acceptCall;
    this.cleanUp = cleanUp;
  }

  /** Puts the acceptor on its loop. */
  void start() {
    loop.execute(
        () -> {
          if (over) {
            return;
          }
          try {
            if (loop.admit(this)) {
              admitted = true;
              key = loop.register(channel);
              key.attach(this);
              return;
            }
          } catch (IOException | RuntimeException e) {
            log.warn("{} cannot be registered", this, e);
          }
          close();
        });
  }

  @Override
  public Endpoint localEndpoint() {
    return endpoint;
  }

  @Override
  public StreamExecutor executor() {
    return loop;
  }

  @Override
  public void asyncAccept(Handler<AsyncStream> handler) {
    Accept accept = new Accept(Objects.requireNonNull(handler, "handler"));
    if (!pending.compareAndSet(null, accept)) {
      throw new ReadPendingException("asyncAccept");
    }
    boolean open = isOpen();
    if (loop.isCurrent()) {
      accept.start(open, true);
    } else {
      handler.cancellationSlot().assign(accept, 0);
      loop.execute(() -> accept.start(open, false));
    }
  }

  // ---------------------------------------------------------------- accepting

  @Override
  void ready(int readyOps) {
    exhausted = false;
    Accept accept = waiting;
    if (accept == null || pause != null) {
      interest(0);
    } else {
      tryAccept(accept, false);
    }
  }

  private void tryAccept(Accept accept, boolean inCall) {
    SocketChannel accepted = mayTry() ? take() : null;
    if (accepted == null) {
      if (waiting == null) {
        waiting = accept;
        if (inCall) {
          accept.handler.cancellationSlot().assign(accept, 0);
        }
      }
      if (pause == null) {
        interest(SelectionKey.OP_ACCEPT);
      }
      return;
    }
    waiting = null;
    accept.handler.cancellationSlot().clear();
    SelectorLoop home = (SelectorLoop) loops.get();
    if (home == loop) {
      accept.adopt(home, accepted, inCall);
    } else {
      home.execute(() -> accept.adopt(home, accepted, false));
    }
  }

  private boolean mayTry() {
    if (exhausted || pause != null) {
      return false;
    }
    if (loop.turn() != lastTurn) {
      lastTurn = loop.turn();
      triesInTurn = 0;
    }
    return triesInTurn++ < TRIES_PER_TURN;
  }

  /** Returns a connection that is ready for use, or null if none can be had now. */
  private @Nullable SocketChannel take() {
    while (true) {
      SocketChannel accepted;
      try {
        accepted = acceptCall.accept(channel);
      } catch (IOException e) {
        pauseAfter(e);
        return null;
      }
      nextPause = FIRST_PAUSE;
      if (inTrouble && loop.nanoTime() - lastTrouble > CALM.toNanos()) {
        inTrouble = false;
        log.info("{} accepts again", this);
      }
      if (accepted == null) {
        exhausted = true;
        return null;
      }
      try {
        accepted.configureBlocking(false);
        settings.applyToStream(accepted);
        return accepted;
      } catch (IOException | RuntimeException e) {
        // It went away while it waited in the backlog.
        log.debug("{} dropped a connection", this, e);
        NioStream.closeQuietly(accepted);
      }
    }
  }

  /** Lets the system recover from a lack of descriptors or memory, which it will not announce. */
  private void pauseAfter(IOException e) {
    if (over) {
      return;
    }
    Duration duration = nextPause;
    lastTrouble = loop.nanoTime();
    if (!inTrouble) {
      inTrouble = true; // told once, though a connection may get through now and then
      log.warn(
          "{} cannot accept and tries again in {} ms, then less often",
          this,
          duration.toMillis(),
          e);
    }
    Duration doubled = duration.multipliedBy(2);
    nextPause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
    interest(0);
    pause =
        loop.schedule(
            duration,
            () -> {
              pause = null;
              exhausted = false;
              Accept accept = waiting;
              if (accept != null) {
                tryAccept(accept, false);
              }
            });
  }

  private void interest(int ops) {
    if (key != null && !over && key.interestOps() != ops) {
      key.interestOps(ops);
    }
  }

  // ---------------------------------------------------------------- end

  @Override
  public void close() {
    closed = true;
    if (loop.isCurrent()) {
      closeNow(null);
    } else {
      loop.execute(() -> closeNow(null));
    }
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  void loopEnded(StreamException why) {
    closed = true;
    closeNow(why);
  }

  private void closeNow(@Nullable StreamException why) {
    if (over) {
      return;
    }
    over = true;
    if (pause != null) {
      pause.cancel();
      pause = null;
    }
    if (key != null) {
      key.cancel();
    }
    NioStream.closeQuietly(channel);
    if (admitted) {
      loop.dismiss(this);
    }
    cleanUp.run();
    Accept accept = waiting;
    if (accept != null) {
      waiting = null;
      accept.handler.cancellationSlot().clear();
      StreamException error =
          why != null
              ? why
              : new StreamException(
                  StreamError.ABORTED,
                  "asyncAccept ended because the acceptor was closed: " + this);
      pending.set(null);
      Completions.post(accept.handler, loop, error, null);
    }
  }

  @Override
  public String toString() {
    return "nio[listening on " + endpoint + (closed ? ", closed]" : "]");
  }

  /** One accept. */
  private final class Accept implements CancellationSlot.Cancellable {
    final Handler<AsyncStream> handler;
    private boolean started;
    private @Nullable CancellationType early; // asked to end before the start

    Accept(Handler<AsyncStream> handler) {
      this.handler = handler;
    }

    void start(boolean open, boolean inCall) {
      started = true;
      if (!open) {
        fail(
            inCall,
            new StreamException(
                StreamError.CLOSED, "asyncAccept on an acceptor that was closed: " + endpoint));
      } else if (over) {
        fail(
            inCall,
            new StreamException(
                StreamError.ABORTED,
                "asyncAccept ended because the acceptor was closed: " + endpoint));
      } else if (early != null) {
        fail(inCall, cancelled(early));
      } else {
        tryAccept(this, inCall);
      }
    }

    /** Makes a stream of what was accepted; on the stream's loop. */
    void adopt(SelectorLoop home, SocketChannel accepted, boolean inCall) {
      AsyncStream stream = null;
      IOException error = null;
      try {
        stream = NioStream.open(home, accepted, null, settings);
      } catch (StreamException e) {
        error = e;
      } catch (IOException | RuntimeException e) {
        error =
            new StreamException(
                SocketErrors.creating(e), "cannot serve a connection: " + e.getMessage(), e);
      }
      pending.set(null);
      try {
        if (inCall) {
          Completions.immediately(handler, home, error, stream);
        } else {
          Completions.later(handler, home, error, stream);
        }
      } catch (RejectedExecutionException e) {
        if (stream != null) {
          stream.close(); // nobody will
        }
        throw e;
      }
    }

    private void fail(boolean inCall, StreamException error) {
      pending.set(null);
      if (inCall) {
        Completions.immediately(handler, loop, error, null);
      } else {
        handler.cancellationSlot().clear();
        Completions.later(handler, loop, error, null);
      }
    }

    @Override
    public void cancel(long id, CancellationType type) {
      loop.execute(
          () -> {
            if (!started) {
              early = type;
            } else if (waiting == this) {
              waiting = null;
              fail(false, cancelled(type));
            }
          });
    }

    private StreamException cancelled(CancellationType type) {
      return StreamException.cancelled(
          type, "asyncAccept was cancelled, no connection was taken, the acceptor stays as it was");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.nio.NioEventLoop;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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

  private final SelectorLoop loop;
  private final Supplier<NioEventLoop> loops;
  private final ServerSocketChannel channel;
  private final Endpoint endpoint;
  private final SocketSettings settings;
  private final AcceptCall acceptCall;
  private final Runnable cleanUp;
  private final AtomicBoolean accepting = new AtomicBoolean();
  private volatile boolean closed;

  // On the loop only, from here on.
  private boolean admitted;
  private @Nullable SelectionKey key;
  private @Nullable AcceptOperation waiting; // or one that was cancelled
  private boolean over;
  private boolean exhausted; // the last try found nothing; the selector will tell
  private int fairness;
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
    AcceptOperation accept = new AcceptOperation(this, isOpen(), handler);
    if (!accepting.compareAndSet(false, true)) {
      throw new ReadPendingException("asyncAccept");
    }
    accept.initiate();
  }

  /** Lets the next accept be initiated; any thread. */
  void endAccept() {
    accepting.set(false);
  }

  // ---------------------------------------------------------------- accepting

  @Override
  void ready(int readyOps) {
    exhausted = false;
    AcceptOperation accept = waiting();
    if (accept == null || pause != null) {
      interest(0);
    } else {
      tryAccept(accept);
    }
  }

  private @Nullable AcceptOperation waiting() {
    if (waiting != null && waiting.isOver()) {
      waiting = null;
    }
    return waiting;
  }

  /** Serves an accept now, or as soon as there is a connection. */
  void tryAccept(AcceptOperation accept) {
    SocketChannel accepted = mayTry() ? take() : null;
    if (accepted != null) {
      waiting = null;
      accept.accepted(accepted, (SelectorLoop) loops.get());
      return;
    }
    waiting = accept;
    if (pause == null) {
      interest(SelectionKey.OP_ACCEPT);
    }
  }

  private boolean mayTry() {
    if (exhausted || pause != null) {
      return false;
    }
    fairness = Fairness.count(fairness, loop.turn());
    return Fairness.isGranted(fairness);
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
              AcceptOperation accept = waiting();
              if (accept != null) {
                tryAccept(accept);
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
    loop.dispatch(() -> closeNow(null));
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
    AcceptOperation accept = waiting();
    if (accept != null) {
      waiting = null;
      accept.acceptorClosed(why);
    }
  }

  /** Returns whether the channel is closed. */
  boolean isOver() {
    return over;
  }

  SocketSettings settings() {
    return settings;
  }

  @Override
  public String toString() {
    return "nio[listening on " + endpoint + (closed ? ", closed]" : "]");
  }
}

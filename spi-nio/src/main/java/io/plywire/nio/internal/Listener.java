// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket on its loop, one of an acceptor's. It takes connections while an accept waits
 * only; until then they stay in the system's backlog. Which accept, and what becomes of the
 * connection, the acceptor decides.
 */
final class Listener extends LoopMember {
  /*
   * Between two calls a listener is in one of three states, or over:
   *
   *   armed    the selector tells it of the next connection
   *   paused   a timer has it try again; it may be parked as well
   *   parked   somebody who waits must unpark it
   *
   * Parking and waiting. A listener parks first and looks for an accept afterwards; an accept waits
   * first and looks for parked listeners afterwards. So one of the two sees the other.
   */

  /** Takes a connection from the system; a test puts in what fails. */
  interface AcceptCall {
    @Nullable SocketChannel accept(ServerSocketChannel channel) throws IOException;
  }

  static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  /** How long accepting must have worked for trouble to be over. */
  private static final Duration CALM = Duration.ofSeconds(10);

  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  private final NioAcceptor acceptor;
  private final SelectorLoop loop;
  private final ServerSocketChannel channel;
  private final AcceptCall acceptCall;
  private final AtomicBoolean parked = new AtomicBoolean(true);

  // On the loop only, from here on.
  private boolean admitted;
  private @Nullable SelectionKey key;
  private boolean over;
  private boolean exhausted; // the last try found nothing; the selector will tell
  private @Nullable SocketChannel spare; // taken for an accept that another one served
  private int fairness;
  private StreamExecutor.@Nullable Timer pause;
  private Duration nextPause = FIRST_PAUSE;
  private boolean inTrouble;
  private long lastTrouble;

  /** Makes a listener of a bound channel in non-blocking mode. */
  Listener(
      NioAcceptor acceptor, SelectorLoop loop, ServerSocketChannel channel, AcceptCall acceptCall) {
    this.acceptor = acceptor;
    this.loop = loop;
    this.channel = channel;
    this.acceptCall = acceptCall;
  }

  SelectorLoop loop() {
    return loop;
  }

  /** Puts the listener on its loop. */
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
              serve(); // an accept may have come first
              return;
            }
          } catch (IOException | RuntimeException e) {
            log.warn("{} cannot be registered", acceptor, e);
          }
          acceptor.close();
        });
  }

  // ---------------------------------------------------------------- accepting

  @Override
  void ready(int readyOps) {
    exhausted = false;
    serve();
  }

  /** Serves the accepts that wait as long as there are connections, and sees to what is next. */
  private void serve() {
    while (!over) {
      AcceptOperation accept = acceptor.waiting();
      if (accept == null) {
        interest(0);
        parked.set(true);
        if (acceptor.waiting() == null || !parked.compareAndSet(true, false)) {
          return;
        }
        continue;
      }
      SocketChannel taken = take();
      if (taken == null) {
        arm();
        acceptor.unparkOne(); // there may be connections elsewhere
        return;
      }
      if (!acceptor.give(accept, taken, this)) {
        spare = taken;
      } else if (isArmed()) {
        return; // the selector goes on, after others had their turn
      }
    }
  }

  /** Takes a connection back that an accept did not want, for the next one. */
  void keep(SocketChannel taken) {
    spare = taken;
    serve();
  }

  /** Has it look for a connection, if it is parked; any thread. */
  boolean unpark() {
    if (!parked.get() || !parked.compareAndSet(true, false)) {
      return false;
    }
    loop.execute(this::serve);
    return true;
  }

  /** Has the selector tell of the next connection; for an accept that waits. */
  void arm() {
    if (pause == null) {
      parked.set(false);
      interest(SelectionKey.OP_ACCEPT);
    }
  }

  /** Returns a connection that is ready for use, or null if none can be had now. */
  @Nullable SocketChannel take() {
    SocketChannel kept = spare;
    if (kept != null) {
      spare = null;
      return kept;
    }
    return mayTry() ? takeNext() : null;
  }

  private boolean mayTry() {
    if (exhausted || pause != null || over) {
      return false;
    }
    fairness = Fairness.count(fairness, loop.turn());
    return Fairness.isGranted(fairness);
  }

  private @Nullable SocketChannel takeNext() {
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
        log.info("{} accepts again", acceptor);
      }
      if (accepted == null) {
        exhausted = true;
        return null;
      }
      try {
        accepted.configureBlocking(false);
        acceptor.settings().applyToStream(accepted);
        return accepted;
      } catch (IOException | RuntimeException e) {
        // It went away while it waited in the backlog.
        log.debug("{} dropped a connection", acceptor, e);
        NioStream.closeQuietly(accepted);
      }
    }
  }

  /** Lets the system recover from a lack of descriptors or memory, which it will not announce. */
  private void pauseAfter(IOException e) {
    Duration duration = nextPause;
    lastTrouble = loop.nanoTime();
    if (!inTrouble) {
      inTrouble = true; // told once, though a connection may get through now and then
      log.warn(
          "{} cannot accept and tries again in {} ms, then less often",
          acceptor,
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
              serve();
            });
  }

  private boolean isArmed() {
    return key != null && !over && key.interestOps() != 0;
  }

  private void interest(int ops) {
    if (key != null && !over && key.interestOps() != ops) {
      key.interestOps(ops);
    }
  }

  // ---------------------------------------------------------------- end

  @Override
  void loopEnded(StreamException why) {
    end(why);
    acceptor.close();
  }

  /**
   * Closes the socket; on the loop.
   *
   * @param why completes an accept that waits; null if the acceptor was closed
   */
  void end(@Nullable StreamException why) {
    if (over) {
      return;
    }
    over = true;
    if (pause != null) {
      pause.cancel();
      pause = null;
    }
    acceptor.beforeEnd();
    if (key != null) {
      key.cancel();
    }
    NioStream.closeQuietly(channel);
    if (spare != null) {
      NioStream.closeQuietly(spare);
      spare = null;
    }
    if (admitted) {
      loop.dismiss(this);
    }
    acceptor.ended(why);
  }
}

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
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Accepts the connections of one listening socket, or of several on one port. Knows the accept that
 * waits, and the loops of connections; taking them is the matter of each {@link Listener} on its
 * loop.
 */
final class NioAcceptor implements Acceptor {
  private final List<Listener> listeners; // the acceptor itself lives on the loop of the first
  private final Function<SelectorLoop, NioEventLoop> homes;
  private final Endpoint endpoint;
  private final SocketSettings settings;
  private final AtomicReference<@Nullable Runnable> cleanUp;
  private final AtomicBoolean accepting = new AtomicBoolean();
  private final AtomicReference<@Nullable AcceptOperation> waiting = new AtomicReference<>();
  private int looked; // where to look for a parked listener; roughly in turn
  private volatile boolean closed;
  private volatile boolean over;

  /**
   * Makes an acceptor of bound channels in non-blocking mode.
   *
   * @param loops where the channels live, one for each
   * @param homes gives the loop of a stream that was accepted on a loop
   * @param cleanUp runs once, before the first channel is closed
   */
  NioAcceptor(
      List<SelectorLoop> loops,
      Function<SelectorLoop, NioEventLoop> homes,
      List<ServerSocketChannel> channels,
      Endpoint endpoint,
      SocketSettings settings,
      Listener.AcceptCall acceptCall,
      Runnable cleanUp) {
    this.homes = homes;
    this.endpoint = endpoint;
    this.settings = settings;
    this.cleanUp = new AtomicReference<>(cleanUp);
    List<Listener> all = new ArrayList<>();
    for (int i = 0; i < channels.size(); i++) {
      all.add(new Listener(this, loops.get(i), channels.get(i), acceptCall));
    }
    this.listeners = List.copyOf(all);
  }

  /** Puts the listeners on their loops. */
  void start() {
    listeners.forEach(Listener::start);
  }

  @Override
  public Endpoint localEndpoint() {
    return endpoint;
  }

  @Override
  public StreamExecutor executor() {
    return listeners.get(0).loop();
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

  /** Returns the listener whose loop the caller is on, or null. */
  @Nullable Listener here() {
    for (int i = 0; i < listeners.size(); i++) {
      if (listeners.get(i).loop().isCurrent()) {
        return listeners.get(i);
      }
    }
    return null;
  }

  /** Serves an accept now, or as soon as there is a connection; on the listener's loop. */
  void accept(AcceptOperation accept, Listener here) {
    SocketChannel taken = here.take();
    if (taken != null) {
      if (!accept.accepted(taken, (SelectorLoop) homes.apply(here.loop()))) {
        here.keep(taken); // it was cancelled meanwhile
      }
      return;
    }
    waiting.set(accept);
    if (over) {
      abort(null); // it may have come too late for being seen
      return;
    }
    here.arm();
    unparkOne();
  }

  /** Returns the accept that waits, or null; on any of the loops. */
  @Nullable AcceptOperation waiting() {
    AcceptOperation accept = waiting.get();
    if (accept != null && accept.isOver()) { // cancelled
      waiting.compareAndSet(accept, null);
      return null; // a later one looks for listeners itself
    }
    return accept;
  }

  /**
   * Gives a connection to an accept that waits; on the listener's loop.
   *
   * @return false if another connection came first; then this one remains the listener's
   */
  boolean give(AcceptOperation accept, SocketChannel taken, Listener from) {
    return waiting.compareAndSet(accept, null)
        && accept.accepted(taken, (SelectorLoop) homes.apply(from.loop()));
  }

  /** Has one more listener look for a connection, if one is parked. */
  void unparkOne() {
    int count = listeners.size();
    for (int i = 0; count > 1 && i < count; i++) {
      looked = Math.floorMod(looked + 1, count);
      if (listeners.get(looked).unpark()) {
        return;
      }
    }
  }

  // ---------------------------------------------------------------- end

  @Override
  public void close() {
    closed = true;
    for (Listener listener : listeners) {
      listener.loop().dispatch(() -> listener.end(null));
    }
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  /** Called before a channel is closed. */
  void beforeEnd() {
    closed = true;
    Runnable once = cleanUp.getAndSet(null);
    if (once != null) {
      once.run();
    }
  }

  /** Called when a channel was closed. */
  void ended(@Nullable StreamException why) {
    over = true;
    abort(why);
  }

  private void abort(@Nullable StreamException why) {
    AcceptOperation accept = waiting.getAndSet(null);
    if (accept != null) {
      accept.acceptorClosed(why);
    }
  }

  /** Returns whether a channel is closed. */
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

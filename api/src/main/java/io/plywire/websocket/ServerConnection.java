// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.spi.LayerProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.PeerAddress;
import io.plywire.websocket.internal.op.Companion;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a server, from the door to its end: its layers are put on, the request is
 * answered, the application gets it, and when it has ended it is counted no more.
 *
 * <p>What it does is done on the executor of the stream, but for what the list and {@link #abort}
 * touch.
 */
final class ServerConnection extends Companion {
  private static final Logger log = LoggerFactory.getLogger(ServerConnection.class);

  private enum State {
    OPENING,
    OPEN,
    /** The end has been counted. */
    ENDED
  }

  private final WebSocketServer server;
  private final boolean counted; // among those that were let in

  // Of the list, and guarded by it.
  @Nullable ServerConnection previous;
  @Nullable ServerConnection next;

  private volatile AsyncStream stream; // the highest layer there is
  private volatile @Nullable WebSocketStream webSocket;
  private volatile boolean aborted;
  private @Nullable Object address; // as it was counted
  private @Nullable Reply instead; // of an open WebSocket, since there are enough
  private State state = State.OPENING;
  private @Nullable CloseReason leaving; // as soon as that can be

  /**
   * Makes one.
   *
   * @param admitted whether the limits let it in; otherwise it is refused in words
   */
  ServerConnection(WebSocketServer server, AsyncStream accepted, boolean admitted) {
    this.server = server;
    this.stream = accepted;
    this.counted = admitted;
    this.instead = admitted ? null : server.refusal(false);
  }

  /** Returns its WebSocket if it is open. */
  @Nullable WebSocketStream openWebSocket() {
    WebSocketStream known = webSocket;
    return known != null && known.isOpen() ? known : null;
  }

  // ---- the opening

  /** Begins with the lowest layer. */
  void enter() {
    wrap(stream, 0);
  }

  private void wrap(AsyncStream next, int done) {
    stream = next;
    if (aborted) {
      next.close();
    }
    LayerProvider layer = done < server.layers().size() ? server.layers().get(done) : null;
    if ((layer == null || layer.layer().equals("tls")) && !countAddress()) {
      return;
    }
    if (layer == null) {
      open(next);
      return;
    }
    try {
      layer.asyncWrap(
          next,
          Role.SERVER,
          server.endpoint(),
          server.transportOptions(),
          Layering.told(
              server.options(),
              layer,
              Role.SERVER,
              next,
              (error, wrapped) -> {
                if (wrapped != null) {
                  wrap(wrapped, done + 1);
                } else {
                  log.debug("{}: a connection got no {} layer", server, layer.name(), error);
                  failed(error);
                }
              }));
    } catch (RuntimeException e) {
      log.warn("{}: {} broke off", server, layer.name(), e);
      next.close();
      failed(new StreamException(StreamError.IO, layer.name() + " broke off: " + e, e));
    }
  }

  /** Counts its address, once it is known for certain; returns false if it was turned away. */
  private boolean countAddress() {
    Admission admission = server.admission();
    if (instead != null || address != null || !admission.countsAddresses()) {
      return true;
    }
    PeerAddress known = stream.layer(PeerAddress.class);
    if (known == null) {
      return true;
    }
    address = admission.enter(known.remoteAddress());
    if (address != null) {
      return true;
    }
    if (admission.refuse()) {
      instead = server.refusal(true);
      return true;
    }
    stream.close();
    failed(
        new StreamException(
            StreamError.REFUSED,
            WebSocketServer.ADDRESS_HAS_ENOUGH + ": " + known.remoteAddress()));
    return false;
  }

  private void open(AsyncStream top) {
    try {
      WebSocketStream made = new WebSocketStream(top, server.options());
      webSocket = made;
      if (server.keepsList()) {
        made.connection().accompany(this);
      }
      if (aborted) {
        made.abort();
      }
      accept(made);
      if (leaving != null) {
        made.connection().serveNoMore();
      }
    } catch (RuntimeException e) {
      log.warn("{}: a connection could not be accepted", server, e);
      top.close();
      failed(new StreamException(StreamError.IO, "the opening handshake broke off: " + e, e));
    }
  }

  private void accept(WebSocketStream made) {
    Reply refusal = instead;
    RequestHandler decider = server.requestHandler();
    if (refusal != null) {
      made.asyncAccept(opening -> opening.reply(refusal), this::answered);
    } else if (decider != null) {
      made.asyncAccept(decider, this::answered);
    } else {
      made.asyncAccept(this::answered);
    }
  }

  private void answered(@Nullable IOException error, @Nullable UpgradeRequest request) {
    if (request == null) {
      boolean left =
          error instanceof OperationException known && known.condition() == ErrorCondition.CLOSED;
      if (!left) {
        log.debug("{}: a connection was not upgraded: {}", server, String.valueOf(error));
      }
      failed(error);
      return;
    }
    WebSocketStream opened = Objects.requireNonNull(webSocket);
    state = State.OPEN;
    server.admission().opened();
    CloseOutcome outcome = opened.closeOutcome();
    if (outcome != null) {
      end(outcome); // before this was told
    }
    if (leaving != null) {
      opened.close(leaving);
      return;
    }
    try {
      server.application().opened(opened, request);
    } catch (Throwable e) {
      opened.handlerThrew(server, e);
    }
  }

  private void failed(@Nullable IOException error) {
    end(null);
    if (webSocket == null) { // else that tells
      server.turnedAway(stream, error);
    }
    server.failed(error);
  }

  // ---- the end

  @Override
  protected void ended(CloseOutcome outcome) {
    if (state == State.OPEN) { // otherwise the opening is what has failed, and tells
      end(outcome);
    }
  }

  private void end(@Nullable CloseOutcome outcome) {
    if (state == State.ENDED) {
      return;
    }
    boolean opening = state == State.OPENING;
    state = State.ENDED;
    if (instead != null) {
      server.admission().refused();
    }
    if (counted) {
      server.admission().left(opening, address);
    }
    server.left(this, outcome, aborted);
  }

  /** Has it closed when everything that waits is sent; on any thread. */
  void leave(CloseReason reason) {
    stream.executor().execute(() -> leaveNow(reason));
  }

  private void leaveNow(CloseReason reason) {
    WebSocketStream known = webSocket;
    if (known == null || state != State.OPEN) {
      leaving = reason; // when it is open
      if (known != null) {
        known.connection().serveNoMore();
      }
      return;
    }
    Consumer<CloseReason> queue = drain();
    if (queue != null) {
      leaving = null;
      queue.accept(reason);
    } else if (known.connection().isWriting()) {
      leaving = reason; // when the write has ended
      known.limitStall();
    } else {
      leaving = null;
      known.close(reason);
    }
  }

  @Override
  protected void writeEnded() {
    CloseReason reason = leaving;
    if (reason != null) {
      leave(reason);
    }
  }

  /** Cuts it off; on any thread. */
  void abort() {
    aborted = true;
    WebSocketStream known = webSocket;
    if (known != null) {
      known.abort();
    } else {
      stream.close();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.observe;

import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.internal.observe.ObserverPair;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens to the WebSockets of a client or a server. Given in the {@linkplain
 * io.plywire.websocket.WebSocketOptions#withObserver options}, it watches and changes nothing.
 *
 * <p>What is told of one WebSocket:
 *
 * <pre>
 *   client: (layered)* opened … closed          then connected | connectFailed, once for each connect
 *   server: (layered)* opened … closed
 *   either: (layered)* openingFailed            no WebSocket came of it
 *   server: (layered)* acceptFailed             nothing could be asked
 * </pre>
 *
 * <p>Threads: what happens on a connection is told on its executor, within the step in which it
 * happens and before the application hears of it, so a method must not block and takes the time of
 * that connection's loop. What happens to a queue is told by whoever caused it. One observer serves
 * many connections on several loops, so it has to be thread-safe. It may {@linkplain
 * WebSocketStream#abort() abort} the WebSocket of which it is told; whatever else it wants of it,
 * it posts to the executor. What it throws is logged, and nothing else comes of it.
 *
 * <p>No method is given the content of a message. A byte is a byte of payload, in UTF-8 if it is
 * text; the few bytes of frame headers are not counted.
 *
 * @see WebSocketCounters
 */
public interface WebSocketObserver {
  // ---- getting there

  /**
   * A client has connected, whatever it took.
   *
   * @param report all the steps, the last being the upgrade
   */
  default void connected(ConnectReport report) {}

  /**
   * A client has not connected: no address answered, a layer or the handshake failed, it was
   * cancelled or took too long.
   *
   * @param report the steps that were made
   * @param error why not
   */
  default void connectFailed(ConnectReport report, IOException error) {}

  /**
   * A layer such as TLS was put on a connection, or could not be.
   *
   * @param report which one, and how it went
   */
  default void layered(LayerReport report) {}

  /**
   * A server has accepted a connection that did not get so far as to ask for a WebSocket: there
   * were too many, or a layer failed.
   *
   * @param from the address of the client, or null if it is not known
   * @param error why
   */
  default void acceptFailed(@Nullable SocketAddress from, IOException error) {}

  /**
   * A WebSocket has opened.
   *
   * @param webSocket the WebSocket
   * @param report what was asked for and how long it took
   */
  default void opened(WebSocketStream webSocket, OpeningReport report) {}

  /**
   * An opening handshake has failed or was refused, by either side.
   *
   * @param webSocket what should have become one
   * @param report what was asked for, what was answered, and how long it took
   * @param error why
   */
  default void openingFailed(WebSocketStream webSocket, OpeningReport report, IOException error) {}

  // ---- messages

  /**
   * The last byte of a message was received and handed to a read. What nobody reads, as while a
   * WebSocket closes, is not told.
   *
   * @param webSocket the WebSocket
   * @param kind text or binary
   * @param bytes its length
   * @param wireBytes its length on the wire, which is less if it was compressed
   * @param frames how many frames it came in
   */
  default void messageReceived(
      WebSocketStream webSocket, MessageKind kind, long bytes, long wireBytes, int frames) {}

  /**
   * The last frame of a message was taken by the next layer.
   *
   * @param webSocket the WebSocket
   * @param kind text or binary
   * @param bytes its length
   * @param wireBytes its length on the wire, which is less if it was compressed
   * @param frames how many frames it went in
   */
  default void messageSent(
      WebSocketStream webSocket, MessageKind kind, long bytes, long wireBytes, int frames) {}

  // ---- control frames

  /**
   * A control frame was received.
   *
   * @param webSocket the WebSocket
   * @param kind which
   */
  default void controlReceived(WebSocketStream webSocket, ControlCallback.Kind kind) {}

  /**
   * A control frame was taken by the next layer.
   *
   * @param webSocket the WebSocket
   * @param kind which
   */
  default void controlSent(WebSocketStream webSocket, ControlCallback.Kind kind) {}

  /**
   * The pong of the ping that was sent last has come.
   *
   * @param webSocket the WebSocket
   * @param nanos since the ping was sent; the time until a read looked for it is part of that
   */
  default void roundTrip(WebSocketStream webSocket, long nanos) {}

  // ---- pressure

  /**
   * A write had to wait for the peer, or for the next layer, for {@link #STALL_NANOS} at least:
   * either it goes on now, or the connection has ended over it.
   *
   * @param webSocket the WebSocket
   * @param nanos how long nothing was taken
   */
  default void writeStalled(WebSocketStream webSocket, long nanos) {}

  /**
   * A message waits in a {@link io.plywire.websocket.SendQueue}.
   *
   * @param webSocket the WebSocket
   * @param bytes its length
   * @param depth how many wait in the queue or are being sent, this one included
   */
  default void queued(WebSocketStream webSocket, long bytes, int depth) {}

  /**
   * A message has left a queue: it was sent, dropped, cancelled, or its write has failed.
   *
   * @param webSocket the WebSocket
   * @param bytes its length
   * @param depth how many are left
   */
  default void dequeued(WebSocketStream webSocket, long bytes, int depth) {}

  /**
   * A queue did not send a message because it was full or closing: one that waited, which is
   * {@linkplain #dequeued dequeued}, too, or one that was to be queued.
   *
   * @param webSocket the WebSocket
   * @param bytes its length
   */
  default void dropped(WebSocketStream webSocket, long bytes) {}

  // ---- the end

  /**
   * A WebSocket that was open has ended.
   *
   * @param webSocket the WebSocket
   * @param outcome how
   * @param lived how long it was open, or observed if that is shorter
   */
  default void closed(WebSocketStream webSocket, CloseOutcome outcome, Duration lived) {}

  // ---- several

  /** From here on a wait of a write is a stall, in nanoseconds: 100 ms. */
  long STALL_NANOS = 100_000_000;

  /**
   * Returns an observer that tells this one and then another.
   *
   * @param other hears everything, too
   */
  default WebSocketObserver and(WebSocketObserver other) {
    return new ObserverPair(this, other);
  }
}

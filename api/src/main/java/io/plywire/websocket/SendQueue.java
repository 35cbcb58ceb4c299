// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.CompletionToken;
import io.plywire.stream.Completions;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.IoHandler;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.websocket.internal.protocol.Utf8;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Sends whole messages from many threads, one after the other, with a bound on how much may wait.
 *
 * <p>It owns the writing of its stream: nobody else may write messages there. Pings, reads and
 * close stay with the application.
 *
 * <p>Each message completes by itself: with the number of its bytes when it was sent, or with the
 * reason why not. Until then its buffer belongs to the queue. Messages of one thread go out in the
 * order in which they were given.
 *
 * <p>Thread safety: all methods may be called by any thread. No lock is held while a handler runs.
 */
public final class SendQueue {
  private final WebSocketStream stream;
  private final MessageQueue queue;

  /**
   * Makes an empty queue.
   *
   * @param stream where messages go
   * @param maxMessages how many messages may wait or be under way, at least 1
   * @param maxBytes how many bytes they may have together, at least 1
   * @param policy what to do with a message that does not fit
   * @throws IllegalArgumentException if a bound is less than 1
   */
  public SendQueue(WebSocketStream stream, int maxMessages, long maxBytes, OverflowPolicy policy) {
    this.stream = Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(policy, "policy");
    if (maxMessages < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "a queue of " + maxMessages + " messages and " + maxBytes + " bytes can hold nothing");
    }
    this.queue = new MessageQueue(stream, maxMessages, maxBytes, policy);
    stream.connection().drainBy(() -> this::drain);
  }

  /** Closes for a server that shuts down, unless that has begun. */
  private void drain(CloseReason reason) {
    if (queue.close()) {
      stream.limitStall();
      queue.addMarker((error, none) -> stream.close(reason));
    }
  }

  // ---- sending

  /**
   * Sends a text message.
   *
   * @param text what to send
   * @param handler gets the number of bytes sent, in UTF-8; or {@link WebSocketError#QUEUE_FULL},
   *     {@link WebSocketError#DROPPED}, or the error of the write. While the message waits, any
   *     cancellation type takes it out.
   * @throws IllegalArgumentException if the text has a surrogate without its partner
   */
  public void send(String text, IoHandler handler) {
    queue.addEncoded(Utf8.encode(text), handler);
  }

  /**
   * Sends a text message, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param text what to send
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R send(String text, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(Initiation.counting(stream.executor(), h -> send(text, h)));
  }

  /**
   * Sends a message.
   *
   * @param kind text or binary
   * @param payload what to send; belongs to the queue until completion
   * @param handler as in {@link #send(String, IoHandler)}
   */
  public void send(MessageKind kind, ByteBuffer payload, IoHandler handler) {
    Objects.requireNonNull(kind, "kind");
    queue.add(null, kind, Objects.requireNonNull(payload, "payload"), handler);
  }

  /**
   * Sends a message, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param kind text or binary
   * @param payload what to send
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R send(
      MessageKind kind, ByteBuffer payload, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(Initiation.counting(stream.executor(), h -> send(kind, payload, h)));
  }

  /**
   * Sends a prepared message.
   *
   * @param message what to send
   * @param handler as in {@link #send(String, IoHandler)}
   */
  public void send(PreparedMessage message, IoHandler handler) {
    queue.add(message, handler);
  }

  /**
   * Sends a prepared message, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param message what to send
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R send(PreparedMessage message, CompletionToken<Long, R, X> token)
      throws X {
    return token.initiate(Initiation.counting(stream.executor(), h -> send(message, h)));
  }

  /**
   * Sends a message of which only the latest matters, see {@link OverflowPolicy#conflateByKey()}.
   *
   * @param key what the message is about; compared with {@code equals}
   * @param kind text or binary
   * @param payload what to send; belongs to the queue until completion
   * @param handler as in {@link #send(String, IoHandler)}
   */
  public void sendLatest(Object key, MessageKind kind, ByteBuffer payload, IoHandler handler) {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(kind, "kind");
    queue.add(key, kind, Objects.requireNonNull(payload, "payload"), handler);
  }

  /**
   * Sends a message of which only the latest matters, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param key what the message is about
   * @param kind text or binary
   * @param payload what to send
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R sendLatest(
      Object key, MessageKind kind, ByteBuffer payload, CompletionToken<Long, R, X> token)
      throws X {
    return token.initiate(
        Initiation.counting(stream.executor(), h -> sendLatest(key, kind, payload, h)));
  }

  /**
   * Completes when every message that was given before has completed, in whatever way.
   *
   * @param handler gets no error; any cancellation type ends the waiting
   */
  public void flush(Handler<Void> handler) {
    Objects.requireNonNull(handler, "handler");
    queue.addMarker(IoHandler.with(handler, (error, none) -> handler.completed(error, null)));
  }

  /**
   * Completes when every message that was given before has completed, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R flush(CompletionToken<Void, R, X> token) throws X {
    return token.initiate(Initiation.of(stream.executor(), this::flush));
  }

  /**
   * Closes the WebSocket when every message that was given before has completed. Messages that are
   * given later are refused. From now on a peer has to take something of them within the time that
   * the {@linkplain Timeouts closing handshake} may take, as often as it likes; one that does not
   * is cut off with {@link io.plywire.stream.StreamError#TIMEOUT}.
   *
   * @param reason what to tell the peer
   * @param handler as in {@link WebSocketStream#asyncClose(CloseReason, Handler)}; {@link
   *     io.plywire.stream.StreamError#ABORTED} if somebody else is closing when it is time to
   * @throws OperationPendingException if this was called before
   */
  public void closeAfterFlush(CloseReason reason, Handler<CloseOutcome> handler) {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(handler, "handler");
    if (!queue.close()) {
      throw new OperationPendingException("closeAfterFlush");
    }
    stream.limitStall();
    queue.addMarker((error, none) -> close(reason, handler));
  }

  private void close(CloseReason reason, Handler<CloseOutcome> handler) {
    try {
      stream.asyncClose(reason, handler);
    } catch (OperationPendingException e) {
      Completions.later(
          handler,
          stream.executor(),
          new StreamException(
              StreamError.ABORTED, "closeAfterFlush aborted: somebody else is closing already", e),
          null);
    }
  }

  /**
   * Closes the WebSocket when every message that was given before has completed, in the style of
   * the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param reason what to tell the peer
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R closeAfterFlush(
      CloseReason reason, CompletionToken<CloseOutcome, R, X> token) throws X {
    return token.initiate(
        Initiation.of(stream.executor(), handler -> closeAfterFlush(reason, handler)));
  }

  // ---- state

  /** Returns how many messages wait or are being sent. */
  public int queuedMessages() {
    return queue.messages();
  }

  /** Returns how many bytes wait or are being sent. */
  public long queuedBytes() {
    return queue.bytes();
  }

  /** Returns how many messages were dropped for others so far. */
  public long droppedMessages() {
    return queue.dropped();
  }

  @Override
  public String toString() {
    return "SendQueue[" + queue + "]";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.OperationPendingException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A {@link WebSocketStream} for threads that may block, platform or virtual ones: each call is the
 * operation of the same name, waited for.
 *
 * <p>No lock is held while a call waits. Interrupting the thread cancels the operation, as {@link
 * io.plywire.stream.CompletionToken#useBlocking()} has it. On a thread of the stream's own executor
 * every call throws {@link IllegalStateException}: it would wait for itself.
 *
 * <p>The rules are those of the stream: one thread may read while another one writes; a second
 * reader or writer gets an {@link OperationPendingException}. Where many threads send, put a {@link
 * SendQueue} in front. Pings are answered while a read or a close waits.
 *
 * {@snippet :
 * try (BlockingWebSocket ws = WebSocketClient.create().connect("ws://localhost:8080/")) {
 *   ws.write("hello");
 *   for (Message message : ws) { // until the peer closes
 *     System.out.println(message.text());
 *   }
 * }
 * }
 *
 * @see WebSocketStream#blocking()
 */
public final class BlockingWebSocket implements Closeable, Iterable<Message> {
  private final WebSocketStream stream;

  BlockingWebSocket(WebSocketStream stream) {
    this.stream = stream;
  }

  /** Returns the stream itself, for settings and everything else. */
  public WebSocketStream stream() {
    return stream;
  }

  /**
   * Reads a whole message.
   *
   * @return the message, in memory of its own
   * @throws WebSocketException with {@link WebSocketError#CLOSED} if the WebSocket was closed, by
   *     whichever side; with other errors as the stream has them
   * @throws java.io.InterruptedIOException if the thread was interrupted; the WebSocket is usable
   * @throws IOException as the layers below have it
   * @throws io.plywire.stream.ReadPendingException if a read is outstanding
   */
  public Message read() throws IOException {
    return stream.asyncRead(useBlocking());
  }

  /**
   * Reads a message that comes soon.
   *
   * @param timeout how long to wait
   * @throws IOException as {@link #read()}; {@link io.plywire.stream.StreamError#TIMEOUT} if there
   *     was none, and then the next read goes on as if nothing had been
   * @throws io.plywire.stream.ReadPendingException if a read is outstanding
   * @throws IllegalArgumentException if the timeout is not positive
   */
  public Message read(Duration timeout) throws IOException {
    return stream.asyncRead(useBlocking(timeout));
  }

  /**
   * Returns the messages to come. The iteration ends when the WebSocket is closed, by whichever
   * side and for whatever reason, which {@link WebSocketStream#closeOutcome()} tells. Everything
   * else that ends a {@link #read()} is thrown as {@link UncheckedIOException}.
   */
  @Override
  public Iterator<Message> iterator() {
    return new Messages();
  }

  /**
   * Writes a text message.
   *
   * @param text what to write
   * @throws IOException if it could not be sent
   * @throws io.plywire.stream.WritePendingException if a write is outstanding
   * @throws IllegalArgumentException if the text has a surrogate without its partner
   */
  public void write(String text) throws IOException {
    stream.asyncWrite(text, useBlocking());
  }

  /**
   * Writes a message from a buffer.
   *
   * @param kind text or binary
   * @param payload what to write, from position to limit
   * @throws IOException if it could not be sent; the position of the payload tells how much was
   * @throws io.plywire.stream.WritePendingException if a write is outstanding
   */
  public void write(MessageKind kind, ByteBuffer payload) throws IOException {
    stream.asyncWrite(kind, payload, useBlocking());
  }

  /**
   * Writes a message as it was received.
   *
   * @param message what to write; the position of its payload stays
   * @throws IOException if it could not be sent
   * @throws io.plywire.stream.WritePendingException if a write is outstanding
   */
  public void write(Message message) throws IOException {
    stream.asyncWrite(message, useBlocking());
  }

  /**
   * Writes a part of a message; of which kind, the stream's {@link
   * WebSocketStream#writeKind(MessageKind)} decides.
   *
   * @param fin whether this is the last part of its message
   * @param source what to write, from position to limit
   * @throws IOException if it could not be sent; the position of the source tells how much was
   * @throws io.plywire.stream.WritePendingException if a write is outstanding
   */
  public void writeSome(boolean fin, ByteBuffer source) throws IOException {
    stream.asyncWriteSome(fin, source, useBlocking());
  }

  /**
   * Sends a ping, without waiting for the answer.
   *
   * @param payload at most 125 bytes, from position to limit; its position stays
   * @throws IOException if it could not be sent
   * @throws IllegalArgumentException if the payload is too long
   */
  public void ping(ByteBuffer payload) throws IOException {
    stream.asyncPing(payload, useBlocking());
  }

  /**
   * Closes the WebSocket and waits until it is: a close frame each way, and the end of the layer
   * below. The deadline of the {@linkplain Timeouts closing handshake} bounds the wait.
   *
   * @param reason what to tell the peer
   * @return how the connection ended
   * @throws IOException if the peer did not answer; the connection has ended all the same
   */
  public CloseOutcome close(CloseReason reason) throws IOException {
    return stream.asyncClose(reason, useBlocking());
  }

  /**
   * Closes the WebSocket with {@link CloseReason#NORMAL} and waits until it is, as {@link
   * #close(CloseReason)}; but a peer that does not answer is no reason to throw: {@link
   * WebSocketStream#closeOutcome()} tells. Idempotent. If another thread is closing already, it
   * does not wait for that.
   */
  @Override
  public void close() {
    try {
      close(CloseReason.NORMAL);
    } catch (OperationPendingException e) {
      // Another close is under way, and ends the connection just as well.
    } catch (IOException e) {
      // The connection has ended; an interruption has left its mark on the thread.
    }
  }

  @Override
  public String toString() {
    return "BlockingWebSocket of " + stream;
  }

  private final class Messages implements Iterator<Message> {
    private @Nullable Message next;
    private boolean ended;

    @Override
    public boolean hasNext() {
      if (next == null && !ended) {
        try {
          next = read();
        } catch (IOException e) {
          ended = true;
          if (!(e instanceof OperationException known)
              || known.condition() != ErrorCondition.CLOSED) {
            throw new UncheckedIOException(e);
          }
        }
      }
      return next != null;
    }

    @Override
    public Message next() {
      Message message = hasNext() ? next : null;
      if (message == null) {
        throw new NoSuchElementException("the WebSocket was closed: " + stream);
      }
      next = null;
      return message;
    }
  }
}

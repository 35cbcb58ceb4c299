// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.Closeable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A stream of bytes in both directions whose operations complete later: the <em>next layer</em> of
 * everything in plywire. Sockets, pipes and TLS are such streams, and so is whatever a transport
 * author writes.
 *
 * <p>The contract, numbered as the rest of the project quotes it; {@code tck/SPEC.md} divides each
 * number into rules that the test kit verifies, and has those of the last paragraph as A1 to A10:
 *
 * <ul>
 *   <li><b>N1</b> {@link #asyncReadSome} completes with at least one byte, at most what the buffer
 *       has room for, in order, none lost and none twice; the buffer's position advances by as much
 *       and nothing else of it is touched. Or it completes with an error and 0. Without room it
 *       completes with 0 and does no I/O.
 *   <li><b>N2</b> {@link #asyncWriteSome} completes once at least one byte was accepted (short
 *       writes are normal); positions advance by exactly the number of bytes accepted, in the order
 *       of the array. Or it completes with an error and the bytes accepted before. Heap, direct,
 *       sliced, read-only and empty buffers all work. Their content is never modified, and no
 *       reference is kept after completion. When all are empty it completes with 0 and does no I/O.
 *   <li><b>N3</b> One read and one write may be outstanding together; neither affects the other. A
 *       second of a kind throws {@link ReadPendingException} or {@link WritePendingException} and
 *       changes nothing. A wait counts as a read.
 *   <li><b>N4</b> Everything the peer wrote is delivered before {@link StreamError#EOF}, which is
 *       sticky. A reset ends pending and later operations with {@link StreamError#RESET}. A secured
 *       layer whose peer vanishes without its end mark reports {@link StreamError#TRUNCATED}.
 *   <li><b>N5</b> {@link #asyncWait} completes when a read would make progress, so that an idle
 *       connection needs no buffer. A provider that cannot tell completes it at once.
 *   <li><b>N6</b> {@link CancellationType#TERMINAL} ends every pending operation; the other types
 *       work where the provider declares so.
 *   <li><b>N7</b> {@link #close} may be called at any time, by any thread, again and again, and
 *       never blocks. Pending operations complete with {@link StreamError#ABORTED}, later ones with
 *       {@link StreamError#CLOSED}.
 *   <li><b>N8</b> {@link #asyncTeardown} ends the stream gracefully: all that was accepted is
 *       flushed, the peer sees the end of the stream, what it still sends is drained, then the
 *       stream is closed. Bytes and time are bounded, so that no peer can hold it, whether it never
 *       stops or never says anything. It never causes a reset that loses data on its way.
 *   <li><b>N9</b> Handlers run on {@link #executor()} unless they bring their own. What happened
 *       before the initiating call is visible to the handler.
 *   <li><b>N10</b> {@link #layer} finds a layer below; {@link Object#toString()} names all layers
 *       and tells no secrets.
 *   <li><b>N11</b> A peer that does not read makes writes wait; memory stays within the window that
 *       the provider states.
 *   <li><b>N12</b> After close no thread, descriptor, timer, selection key or buffer of the stream
 *       remains.
 * </ul>
 *
 * <p>For all operations: the initiating call returns at once and may come from any thread. The
 * handler runs exactly once and never inside the initiating call, unless it has an {@linkplain
 * Associated#immediateExecutor() immediate executor}. Buffers belong to the operation until then.
 * Misuse throws from the call; every other failure arrives at the handler; never both.
 */
public interface AsyncStream extends Closeable {
  /** Returns the executor on which the operations of this stream run. */
  StreamExecutor executor();

  /**
   * Reads some bytes (N1).
   *
   * @param target where the bytes go; must not be read-only
   * @param handler gets the number of bytes read
   * @throws ReadPendingException if a read or a wait is outstanding
   * @throws IllegalArgumentException if the target is read-only
   */
  void asyncReadSome(ByteBuffer target, IoHandler handler);

  /**
   * Writes some bytes (N2).
   *
   * @param sources what to write, in this order; the array belongs to the operation too
   * @param handler gets the number of bytes accepted
   * @throws WritePendingException if a write is outstanding
   */
  void asyncWriteSome(ByteBuffer[] sources, IoHandler handler);

  /**
   * Waits until an operation would make progress (N5).
   *
   * @param type what to wait for
   * @param handler gets 0 bytes; an error that a read would report may be left to the read
   * @throws ReadPendingException if a read or a wait is outstanding
   */
  void asyncWait(WaitType type, IoHandler handler);

  /**
   * Ends the stream gracefully (N8). No write may be outstanding; a pending read ends with {@link
   * StreamError#ABORTED}. Afterwards the stream is closed, also when this operation fails or is
   * cancelled.
   *
   * @param role the server says goodbye before it drains, the client after, unless it is that of a
   *     secured layer; so the side that accepted the connection is not left with the closed
   *     connection's memory
   * @param handler gets 0 bytes, and an error if the goodbye could not be completed in order
   * @throws WritePendingException if a write is outstanding
   */
  void asyncTeardown(Role role, IoHandler handler);

  /** Closes the stream at once (N7); what the peer was not sent yet may be lost. */
  @Override
  void close();

  /** Returns whether the stream was not closed on this side yet. */
  boolean isOpen();

  /**
   * Finds a layer of a type, this stream first and then downwards (N10); for example for the
   * address of a socket or the session of TLS.
   *
   * @param <T> the type of the layer
   * @param type the type of the layer
   * @return the first layer of the type, or null
   */
  <T> @Nullable T layer(Class<T> type);

  /**
   * Reads some bytes, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param target where the bytes go
   * @param token the style
   * @throws X as the style demands
   */
  default <R, X extends Exception> R asyncReadSome(
      ByteBuffer target, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(Initiation.counting(executor(), h -> asyncReadSome(target, h)));
  }

  /**
   * Writes some bytes, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param sources what to write
   * @param token the style
   * @throws X as the style demands
   */
  default <R, X extends Exception> R asyncWriteSome(
      ByteBuffer[] sources, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(Initiation.counting(executor(), h -> asyncWriteSome(sources, h)));
  }

  /**
   * Waits until an operation would make progress, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param type what to wait for
   * @param token the style
   * @throws X as the style demands
   */
  default <R, X extends Exception> R asyncWait(WaitType type, CompletionToken<Void, R, X> token)
      throws X {
    return token.initiate(Initiation.uncounted(executor(), h -> asyncWait(type, h)));
  }

  /**
   * Ends the stream gracefully, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param role which side this is
   * @param token the style
   * @throws X as the style demands
   */
  default <R, X extends Exception> R asyncTeardown(Role role, CompletionToken<Void, R, X> token)
      throws X {
    return token.initiate(Initiation.uncounted(executor(), h -> asyncTeardown(role, h)));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.tls.internal.engine.ConnectionEngine;
import io.plywire.tls.internal.stream.Handshake;
import io.plywire.tls.internal.stream.TlsConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * TLS over any other stream. It keeps the whole contract of {@link AsyncStream}, over a socket as
 * over a pipe in memory or another {@code TlsStream}, and where the contract leaves a choice:
 *
 * <ul>
 *   <li>a write completes when its bytes are accepted: sealed into records that the next layer has
 *       been given, or, while earlier records are on their way, collected to become one record with
 *       others. At most 128 KiB of records and 16 KiB of collected data wait, then writes do. If
 *       what was accepted cannot be sent, the next write and the next read fail;
 *   <li>all three types of cancellation work on reads, waits and writes, and leave no trace:
 *       whatever waits has touched nothing;
 *   <li>a wait completes when there is data, or the end; records without data do not count;
 *   <li>the peer's close_notify is {@link io.plywire.stream.StreamError#EOF}; whether anything can
 *       be written afterwards is up to the engine. An end without it is {@link
 *       io.plywire.stream.StreamError#TRUNCATED};
 *   <li>{@link #close} sends close_notify if everything that was accepted has been given to the
 *       next layer; {@link #asyncTeardown} always does;
 *   <li>{@link TlsException}s are final; the peer has been sent an alert then, unless it sent one;
 *   <li>after {@link #asyncTeardown} has begun, only {@link
 *       io.plywire.stream.CancellationType#TERMINAL} ends it.
 * </ul>
 *
 * <p>Everything runs on the executor of the next layer. The stream owns that layer: nobody else
 * must use it any more. While nothing is going on it holds no memory beyond what its engine holds.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class TlsStream implements AsyncStream {
  private final TlsConnection connection;

  private TlsStream(TlsConnection connection) {
    this.connection = connection;
  }

  /**
   * Completes the handshake over a connected stream.
   *
   * @param next the stream below; owned from now on, and closed if this fails
   * @param context how, and which side this is
   * @param peerHost whom a client connects to, name or address, for the check of the server's
   *     certificate; null for a server
   * @param peerPort its port, or -1; sessions are resumed with the same host and port only
   * @param handler gets the stream. Errors are {@link TlsException}s, of which the peer was told
   *     where that is possible; {@link io.plywire.stream.StreamError#TIMEOUT} after the {@link
   *     TlsConfig#handshakeTimeout}; {@link io.plywire.stream.StreamError#TRUNCATED} if the peer
   *     ended the stream below; and what else that reports. Any cancellation type ends the
   *     operation and closes the stream below
   */
  public static void asyncHandshake(
      AsyncStream next,
      TlsContext context,
      @Nullable String peerHost,
      int peerPort,
      Handler<? super TlsStream> handler) {
    Objects.requireNonNull(next, "next");
    Objects.requireNonNull(handler, "handler");
    Duration timeout = context.config().handshakeTimeout();
    asyncHandshake(next, context.newEngine(peerHost, peerPort), timeout, handler);
  }

  /**
   * Completes the handshake over a connected stream, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param next the stream below; owned from now on, and closed if this fails
   * @param context how, and which side this is
   * @param peerHost whom a client connects to, name or address; null for a server
   * @param peerPort its port, or -1
   * @param token the style
   * @throws X as the style demands
   */
  public static <R, X extends Exception> R asyncHandshake(
      AsyncStream next,
      TlsContext context,
      @Nullable String peerHost,
      int peerPort,
      CompletionToken<TlsStream, R, X> token)
      throws X {
    return token.initiate(
        Initiation.of(
            next.executor(),
            handler -> asyncHandshake(next, context, peerHost, peerPort, handler)));
  }

  static void asyncHandshake(
      AsyncStream next,
      ConnectionEngine engine,
      Duration timeout,
      Handler<? super TlsStream> handler) {
    TlsConnection connection = new TlsConnection(next, engine);
    Handshake.initiate(connection, new TlsStream(connection), timeout, handler);
  }

  /** Returns what the two sides agreed on. */
  public TlsSession session() {
    return connection.session();
  }

  @Override
  public StreamExecutor executor() {
    return connection.next().executor();
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only: " + target);
    }
    connection.read(target, handler);
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    for (ByteBuffer source : sources) {
      Objects.requireNonNull(source, "source");
    }
    connection.write(sources, handler);
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(handler, "handler");
    connection.await(handler);
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(handler, "handler");
    connection.tearDown(role, handler);
  }

  @Override
  public void close() {
    connection.close();
  }

  @Override
  public boolean isOpen() {
    return connection.isOpen();
  }

  @Override
  public <T> @Nullable T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : connection.next().layer(type);
  }

  /** Names the protocol, the cipher suite, and all layers below. */
  @Override
  public String toString() {
    return connection.toString();
  }
}

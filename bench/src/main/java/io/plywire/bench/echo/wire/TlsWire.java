// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.wire;

import io.plywire.tls.internal.engine.ConnectionEngine;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * An engine on a socket with nothing around it: what TLS costs at least. Each read takes what the
 * socket has and decrypts all of it; what is written is encrypted at once and sent with {@link
 * #flush}. It has memory only while there is something in it.
 *
 * <p>It is good enough for peers that mean well. It neither says goodbye nor minds who the peer is.
 */
final class TlsWire implements Wire {
  /** More than a record of any engine takes. */
  private static final int RECORD_ROOM = 33 << 10;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final ConnectionEngine session;
  private final SSLEngine engine;
  private final Wires memory;

  private @Nullable ByteBuffer in; // the beginning of a record, up to the position
  private @Nullable ByteBuffer out; // what is to be sent: up to the position, or when
  private boolean sending; // this is so, from the position to the limit

  /**
   * Makes a connection that has not shaken hands.
   *
   * @param session whose engine knows its side; released in the end
   * @param memory that of the thread
   */
  TlsWire(SocketChannel channel, ConnectionEngine session, Wires memory) throws SSLException {
    this.channel = channel;
    this.session = session;
    this.engine = session.engine();
    this.memory = memory;
    engine.beginHandshake();
  }

  @Override
  public boolean handshake() throws IOException {
    while (true) {
      HandshakeStatus status = engine.getHandshakeStatus();
      switch (status) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> wrap(NOTHING);
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (unwrap(NOTHING, true) == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            flushAll();
            int n = channel.read(inbox());
            if (n <= 0) {
              leaveInbox();
              if (n < 0) {
                throw new EOFException("the peer left during the TLS handshake");
              }
              return false;
            }
          }
        }
        default -> {
          flushAll();
          requireWhatIsMeasured();
          return true;
        }
      }
    }
  }

  private void requireWhatIsMeasured() throws IOException {
    SSLSession agreed = engine.getSession();
    if (!agreed.getProtocol().equals(TlsSetup.PROTOCOL)
        || !agreed.getCipherSuite().equals(TlsSetup.SUITE)) {
      throw new IOException(
          String.format(
              "the TLS handshake chose %s with %s instead of %s with %s",
              agreed.getProtocol(), agreed.getCipherSuite(), TlsSetup.PROTOCOL, TlsSetup.SUITE));
    }
  }

  private void flushAll() throws IOException {
    if (!flush()) {
      throw new IOException("a flight of the TLS handshake did not fit the socket's buffer");
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    int before = target.position();
    int n = channel.read(inbox());
    SSLEngineResult.Status status = unwrap(target, false);
    int got = target.position() - before;
    boolean ended = n < 0 || status == SSLEngineResult.Status.CLOSED;
    return got == 0 && ended ? -1 : got;
  }

  /**
   * Decrypts what is there, during a handshake one record only.
   *
   * @return underflow if there is no whole record any more
   */
  private SSLEngineResult.Status unwrap(ByteBuffer target, boolean handshaking) throws IOException {
    ByteBuffer from = inbox().flip();
    SSLEngineResult.Status status = SSLEngineResult.Status.BUFFER_UNDERFLOW;
    while (from.hasRemaining()) {
      SSLEngineResult result = engine.unwrap(from, target);
      status = result.getStatus();
      if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK && !handshaking) {
        runTasks();
      }
      if (status != SSLEngineResult.Status.OK || handshaking) {
        break;
      }
      status = SSLEngineResult.Status.BUFFER_UNDERFLOW;
    }
    if (status == SSLEngineResult.Status.BUFFER_OVERFLOW) {
      throw new IOException("a record does not fit " + target);
    }
    from.compact();
    leaveInbox();
    return status;
  }

  private ByteBuffer inbox() {
    ByteBuffer memoryOfRecord = in;
    if (memoryOfRecord == null) {
      memoryOfRecord = memory.takeIn();
      in = memoryOfRecord;
    }
    return memoryOfRecord;
  }

  private void leaveInbox() {
    ByteBuffer empty = in;
    if (empty != null && empty.position() == 0) {
      memory.giveBackIn(empty);
      in = null;
    }
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int before = source.position();
    if (!sending || flush()) {
      while (source.hasRemaining() && wrap(source)) {
        // record by record
      }
    }
    return source.position() - before;
  }

  /** Encrypts a record; returns whether there was room for it. */
  private boolean wrap(ByteBuffer source) throws IOException {
    ByteBuffer to = out;
    if (to != null && to.remaining() < RECORD_ROOM) {
      if (!flush()) {
        return false;
      }
      to = null;
    }
    if (to == null) {
      to = memory.takeOut();
      out = to;
    }
    SSLEngineResult.Status status = engine.wrap(source, to).getStatus();
    if (status != SSLEngineResult.Status.OK) {
      throw new IOException("the TLS engine cannot encrypt: " + status);
    }
    return true;
  }

  @Override
  public boolean flush() throws IOException {
    ByteBuffer from = out;
    if (from == null) {
      return true;
    }
    if (!sending) {
      from.flip();
    }
    channel.write(from);
    sending = from.hasRemaining();
    if (!sending) {
      memory.giveBackOut(from);
      out = null;
    }
    return !sending;
  }

  private void runTasks() {
    Runnable task;
    while ((task = engine.getDelegatedTask()) != null) {
      task.run();
    }
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void release() {
    session.release();
  }

  @Override
  public void close() throws IOException {
    channel.close();
    release();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.tls.internal.engine.ConnectionEngine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * Two engines back to back: the simplest driver that works, without a stream. Records are carried
 * whole, and shown to the sessions as the stream does.
 */
public final class EnginePair implements AutoCloseable {
  private static final int ENOUGH = 200;

  /** One side and what became of it. */
  public static final class Side {
    final ConnectionEngine session;
    final boolean client;
    private final Deque<ByteBuffer> inbox = new ArrayDeque<>();
    private final StringBuilder received = new StringBuilder();
    private boolean done;
    private TlsSession agreed;
    private TlsException failure;

    Side(ConnectionEngine session, boolean client) {
      this.session = session;
      this.client = client;
    }

    /** Returns what was agreed on, or fails with what went wrong. */
    public TlsSession agreed() {
      if (failure != null) {
        throw new AssertionError((client ? "client: " : "server: ") + failure, failure);
      }
      if (agreed == null) {
        throw new AssertionError((client ? "client" : "server") + " is not done");
      }
      return agreed;
    }

    /** Returns what went wrong, or null. */
    public TlsException failure() {
      return failure;
    }

    /** Returns the text received. */
    public String received() {
      return received.toString();
    }

    /** Returns the engine with its guards. */
    public ConnectionEngine session() {
      return session;
    }
  }

  private final Side client;
  private final Side server;
  private boolean corrupt;
  private int clientHellos;

  /** Makes a pair; the client connects to a host. */
  public EnginePair(TlsContext client, TlsContext server, String host) {
    this(client.newEngine(host, 443), server.newEngine(null, -1));
  }

  /** Makes a pair of sessions. */
  public EnginePair(ConnectionEngine client, ConnectionEngine server) {
    this.client = new Side(client, true);
    this.server = new Side(server, false);
  }

  /** Returns the client's side. */
  public Side client() {
    return client;
  }

  /** Returns the server's side. */
  public Side server() {
    return server;
  }

  /** Shakes hands as far as it goes, then lets what is under way arrive. */
  public EnginePair handshake() {
    begin(client);
    begin(server);
    pump();
    return this;
  }

  private void begin(Side side) {
    try {
      side.session.engine().beginHandshake();
    } catch (Exception e) {
      fail(side, e);
    }
  }

  /** Sends a text from one side and lets it arrive, with all that goes back and forth then. */
  public void send(Side from, String text) {
    if (from.failure != null) {
      throw new AssertionError(from.failure);
    }
    ByteBuffer plain = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 8 && plain.hasRemaining(); i++) {
      wrap(from, plain);
    }
    pump();
  }

  /** Returns how often the client had to say hello; twice if the server wanted another group. */
  public int clientHellos() {
    return clientHellos;
  }

  /** Turns a bit in the last byte of the next record. */
  public void corruptNextRecord() {
    corrupt = true;
  }

  private void pump() {
    boolean progress = true;
    for (int i = 0; i < ENOUGH && progress; i++) {
      progress = step(client) | step(server);
    }
    if (progress) {
      throw new AssertionError("the engines never come to rest");
    }
  }

  private boolean step(Side side) {
    SSLEngine engine = side.session.engine();
    HandshakeStatus status = engine.getHandshakeStatus();
    if (side.failure == null && status == HandshakeStatus.NEED_TASK) {
      Runnable task = engine.getDelegatedTask();
      if (task != null) {
        task.run();
      }
      return true;
    }
    boolean progress = wrap(side, ByteBuffer.allocate(0));
    if (side.failure == null && !side.inbox.isEmpty()) {
      progress |= unwrap(side);
    }
    finish(side);
    return progress;
  }

  /** Wraps; after a failure only what is left to say, such as an alert. */
  private boolean wrap(Side side, ByteBuffer plain) {
    ByteBuffer out = ByteBuffer.allocate(side.session.traits().maxWrapBytes());
    SSLEngineResult result;
    try {
      result = side.session.engine().wrap(plain, out);
    } catch (Exception e) {
      boolean first = side.failure == null;
      fail(side, e);
      return first;
    }
    out.flip();
    if (!out.hasRemaining()) {
      return result.bytesConsumed() > 0;
    }
    deliver(side, out);
    return true;
  }

  private void deliver(Side from, ByteBuffer out) {
    Side to = from == client ? server : client;
    while (out.hasRemaining()) {
      int length = 5 + (out.getShort(out.position() + 3) & 0xFFFF);
      ByteBuffer record = ByteBuffer.allocate(length);
      record.put(out.slice(out.position(), length)).flip();
      out.position(out.position() + length);
      observe(from, true, record);
      if (from == client && record.get(0) == 22 && record.get(5) == 1) {
        clientHellos++;
      }
      if (corrupt) {
        corrupt = false;
        record.put(length - 1, (byte) (record.get(length - 1) ^ 1));
      }
      to.inbox.add(record);
    }
  }

  private static void observe(Side side, boolean outgoing, ByteBuffer record) {
    if (side.done || side.failure != null) {
      return;
    }
    try {
      side.session.handshakeRecord(outgoing, record, 0, record.limit());
    } catch (SSLException e) {
      fail(side, e);
    }
  }

  private boolean unwrap(Side side) {
    ByteBuffer record = side.inbox.element();
    if (record.position() == 0) {
      observe(side, false, record);
    }
    ByteBuffer plain = ByteBuffer.allocate(20_000);
    SSLEngineResult result;
    try {
      result = side.session.engine().unwrap(record, plain);
    } catch (Exception e) {
      fail(side, e);
      return true;
    }
    if (!record.hasRemaining()) {
      side.inbox.remove();
    }
    side.received.append(StandardCharsets.US_ASCII.decode(plain.flip()));
    if (result.getStatus() == Status.CLOSED) {
      side.inbox.clear();
    }
    return result.bytesConsumed() > 0 || plain.limit() > 0;
  }

  private static void finish(Side side) {
    HandshakeStatus status = side.session.engine().getHandshakeStatus();
    boolean rest = status == HandshakeStatus.NOT_HANDSHAKING || status == HandshakeStatus.FINISHED;
    boolean agreed = !"SSL_NULL_WITH_NULL_NULL".equals(cipher(side));
    if (!side.done && side.failure == null && rest && agreed) {
      side.done = true;
      try {
        side.agreed = side.session.established();
      } catch (TlsException e) {
        side.failure = e;
        side.session.engine().closeOutbound();
      }
    }
  }

  private static String cipher(Side side) {
    String suite = side.session.engine().getSession().getCipherSuite();
    return suite.equals("TLS_NULL_WITH_NULL_NULL") ? "SSL_NULL_WITH_NULL_NULL" : suite;
  }

  private static void fail(Side side, Throwable thrown) {
    if (side.failure == null) {
      side.failure = side.session.failure(thrown, side.agreed == null);
    }
  }

  @Override
  public void close() {
    client.session.release();
    server.session.release();
  }
}

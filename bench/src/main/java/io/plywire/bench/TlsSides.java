// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.bench.echo.wire.TlsSetup;
import io.plywire.certificates.MadeCertificate;
import io.plywire.stream.AsyncStream;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsStream;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A client and a server of one engine that trust each other, bare or in the layer. */
final class TlsSides {
  /** More than any engine produces or wants room for, with three full records to spare. */
  static final int WIRE_BYTES = 128 << 10;

  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  /** For data that comes during a handshake, which there is none of. */
  private static final ByteBuffer DISCARDED = ByteBuffer.allocateDirect(WIRE_BYTES);

  private final TlsSetup client;
  private final TlsSetup server;
  private final TlsContext clientContext;
  private final TlsContext serverContext;
  private final boolean direct;
  private int port = 1;

  TlsSides(String engine) {
    MadeCertificate certificate = TlsSetup.certificate();
    client = TlsSetup.client(engine, certificate);
    server = TlsSetup.server(engine, certificate);
    clientContext = client.context();
    serverContext = server.context();
    direct = server.likesDirectMemory();
  }

  /** Makes memory of the kind that the engine likes best. */
  ByteBuffer allocate(int bytes) {
    return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
  }

  /** Returns another port each time, for which there is no session to be resumed. */
  private int freshPort() {
    port = port % 60_000 + 1;
    return port;
  }

  ConnectionEngine clientSession() {
    return client.clientSession(freshPort());
  }

  ConnectionEngine serverSession() {
    return server.serverSession();
  }

  /** Begins the handshake of a client's stream. */
  void secureClient(AsyncStream next, Consumer<TlsStream> secured) {
    TlsStream.asyncHandshake(
        next,
        clientContext,
        TlsSetup.HOST,
        freshPort(),
        (error, stream) -> secured.accept(require(error, stream)));
  }

  /** Begins the handshake of a server's stream. */
  void secureServer(AsyncStream next, Consumer<TlsStream> secured) {
    TlsStream.asyncHandshake(
        next, serverContext, null, -1, (error, stream) -> secured.accept(require(error, stream)));
  }

  private static TlsStream require(@Nullable IOException error, @Nullable TlsStream stream) {
    if (stream == null) {
      throw new IllegalStateException(error);
    }
    return stream;
  }

  /** Completes the handshake of two bare engines, with memory for both ways. */
  static void handshake(SSLEngine client, SSLEngine server, ByteBuffer there, ByteBuffer back)
      throws SSLException {
    there.clear();
    back.clear();
    client.beginHandshake();
    server.beginHandshake();
    for (int idle = 0; idle < 2; ) {
      int moved = step(client, back, there) + step(server, there, back);
      idle = moved == 0 ? idle + 1 : 0;
    }
  }

  /**
   * Goes on with a handshake, and with what comes after it, as far as it can.
   *
   * @param in what the engine may take, from the beginning to the position
   * @param out where it puts what it sends
   * @return how many bytes were moved
   */
  static int step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    int moved = 0;
    while (true) {
      for (Runnable task = engine.getDelegatedTask(); task != null; ) {
        task.run();
        task = engine.getDelegatedTask();
      }
      int before = out.position();
      engine.wrap(NOTHING, out);
      in.flip();
      int available = in.remaining();
      engine.unwrap(in, DISCARDED.clear());
      int now = out.position() - before + available - in.remaining();
      in.compact();
      if (now == 0 && engine.getHandshakeStatus() != HandshakeStatus.NEED_TASK) {
        return moved;
      }
      moved += now;
    }
  }
}

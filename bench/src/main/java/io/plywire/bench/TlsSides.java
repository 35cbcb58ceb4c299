// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.certificates.MadeCertificate;
import io.plywire.tls.BareEngines;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsEngine;
import io.plywire.tls.TlsIdentity;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A client and a server of one engine that trust each other: TLS 1.3 with AES-128-GCM. */
final class TlsSides {
  /** More than any engine produces or wants room for, with three full records to spare. */
  static final int WIRE_BYTES = 128 << 10;

  private static final String HOST = "localhost";
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

  /** For data that comes during a handshake, which there is none of. */
  private static final ByteBuffer DISCARDED = ByteBuffer.allocateDirect(WIRE_BYTES);

  // BouncyCastle tells of each connection; held here, since loggers are held weakly.
  private static final Logger BOUNCY_CASTLE = Logger.getLogger("org.bouncycastle");

  static {
    BOUNCY_CASTLE.setLevel(Level.SEVERE);
  }

  final TlsContext client;
  final TlsContext server;

  /** Whether the engine likes encrypted bytes in direct memory. */
  final boolean direct;

  private int port = 1;

  TlsSides(String engine) {
    TlsEngine chosen = TlsEngine.named(engine);
    MadeCertificate certificate = MadeCertificate.selfSigned(HOST);
    client =
        TlsContext.of(
            TlsConfig.client()
                .withEngine(chosen)
                .withProtocols("TLSv1.3")
                .withHandshakeTimeout(Duration.ZERO)
                .withTrust(List.of(certificate.certificate())));
    server =
        TlsContext.of(
            TlsConfig.server(TlsIdentity.of(certificate.key(), certificate.chain()))
                .withEngine(chosen)
                .withProtocols("TLSv1.3")
                .withHandshakeTimeout(Duration.ZERO));
    ConnectionEngine probe = BareEngines.session(server, null, -1);
    direct = probe.traits().directNetworkBuffers();
    probe.release();
  }

  String host() {
    return HOST;
  }

  /** Returns another port each time, for which there is no session to be resumed. */
  int freshPort() {
    port = port % 60_000 + 1;
    return port;
  }

  ByteBuffer allocate(int bytes) {
    return direct ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
  }

  ConnectionEngine clientSession() {
    return BareEngines.session(client, HOST, freshPort());
  }

  ConnectionEngine serverSession() {
    return BareEngines.session(server, null, -1);
  }

  /** Completes the handshake of two engines. */
  void handshake(SSLEngine client, SSLEngine server) {
    handshake(client, server, allocate(WIRE_BYTES), allocate(WIRE_BYTES));
  }

  /** Completes the handshake of two engines, with memory for both ways. */
  static void handshake(SSLEngine client, SSLEngine server, ByteBuffer there, ByteBuffer back) {
    there.clear();
    back.clear();
    try {
      client.beginHandshake();
      server.beginHandshake();
      for (int idle = 0; idle < 2; ) {
        int moved = step(client, back, there) + step(server, there, back);
        idle = moved == 0 ? idle + 1 : 0;
      }
    } catch (SSLException e) {
      throw new IllegalStateException(e);
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
      int taken = available - in.remaining();
      in.compact();
      int now = out.position() - before + taken;
      boolean tasks = engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
      if (now == 0 && !tasks) {
        return moved;
      }
      moved += now;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.Role;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** Two engines and nothing else: what a layer can be compared with. */
final class BareEngines {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final TestEngine.Session from;
  private final TestEngine.Session to;
  private final ByteBuffer source;
  private final ByteBuffer[] sources;
  private final ByteBuffer target;
  private final ByteBuffer records;

  BareEngines(TestEngine engine, int bytes) throws SSLException {
    from = engine.session(Role.CLIENT, TestEngine.TLS13).suited();
    to = engine.session(Role.SERVER, TestEngine.TLS13).suited();
    source = ByteBuffer.allocate(bytes);
    sources = new ByteBuffer[] {source};
    target = ByteBuffer.allocate(bytes + 1000);
    records =
        from.traits().directNetworkBuffers()
            ? ByteBuffer.allocateDirect(2 * bytes + 100_000)
            : ByteBuffer.allocate(2 * bytes + 100_000);
    from.engine().beginHandshake();
    to.engine().beginHandshake();
    ByteBuffer there = ByteBuffer.allocate(100_000);
    ByteBuffer back = ByteBuffer.allocate(100_000);
    for (int i = 0; i < 40; i++) {
      pass(from.engine(), to.engine(), there);
      pass(to.engine(), from.engine(), back);
    }
    if (to.engine().getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
      throw new SSLException("no handshake: " + to.engine().getHandshakeStatus());
    }
  }

  private static void tasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  private void pass(SSLEngine sender, SSLEngine receiver, ByteBuffer wire) throws SSLException {
    tasks(sender);
    sender.wrap(NOTHING, wire);
    wire.flip();
    receiver.unwrap(wire, target.clear());
    wire.compact();
    tasks(receiver);
  }

  /** Encrypts and decrypts once. */
  void run() {
    try {
      source.clear();
      target.clear();
      records.clear();
      while (source.hasRemaining()) {
        from.engine().wrap(sources, records);
      }
      records.flip();
      while (records.hasRemaining()) {
        to.engine().unwrap(records, target);
      }
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
    if (target.position() != source.capacity()) {
      throw new AssertionError(target);
    }
  }

  void close() {
    from.release();
    to.release();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.tls.TlsStream;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Data through the TLS layer, to a next layer that swallows it or from one that is the peer's
 * engine, beside the wrap or the unwrap of the same engine, set up alike, with buffers of the kind
 * that it likes best. A record can be opened only once, so each that is read has to be sealed as
 * well: that is the preparation, and left out of the ratio.
 */
public class TlsTrafficBenchmark extends Comparison {
  /** Ciphers are fast only once they are compiled, which takes calls and not time. */
  private static final int WARM_UP = 5_000;

  @Param({"write", "read"})
  private String operation = "write";

  @Param({"jdk", "conscrypt", "bouncycastle"})
  private String engine = "jdk";

  @Param({"1024", "65536"})
  private int size;

  private final Turns turns = new Turns();
  private final Turns.Count handler = new Turns.Count();
  private final ByteBuffer[] sources = new ByteBuffer[1];
  private ByteBuffer data = ByteBuffer.allocate(0);
  private ByteBuffer sealed = ByteBuffer.allocate(0);
  private ByteBuffer opened = ByteBuffer.allocate(0); // with room for the engine to work in

  @SuppressWarnings("NullAway.Init") // set up by open()
  private TlsStream stream;

  // The bare client, the bare server that it talks to, and one that seals what nobody opens.

  @SuppressWarnings("NullAway.Init") // set up by open()
  private SSLEngine bare;

  @SuppressWarnings("NullAway.Init") // set up by open()
  private SSLEngine barePeer;

  @SuppressWarnings("NullAway.Init") // set up by open()
  private SSLEngine sealer;

  /** Opens the connections, and runs everything often enough to be compiled. */
  @Setup
  public void open() throws SSLException {
    TlsSides sides = new TlsSides(engine);
    data = noise(sides);
    sealed = sides.allocate(TlsSides.WIRE_BYTES);
    opened = sides.allocate(size + 1024);
    ByteBuffer back = sides.allocate(TlsSides.WIRE_BYTES);

    bare = sides.clientSession().engine();
    barePeer = sides.serverSession().engine();
    TlsSides.handshake(bare, barePeer, sealed, back);
    sealer = sides.serverSession().engine();
    TlsSides.handshake(sides.clientSession().engine(), sealer, sealed, back);

    EnginePeer peer = new EnginePeer(turns, sides.serverSession().engine());
    sides.secureClient(peer, secured -> stream = secured);
    turns.run();
    peer.established(noise(sides));
    turns.run();

    for (int i = 0; i < WARM_UP; i++) {
      least();
      ours();
    }
  }

  private ByteBuffer noise(TlsSides sides) {
    return sides.allocate(size).put(Payloads.noise(size)).flip();
  }

  private boolean isWrite() {
    return operation.equals("write");
  }

  @Override
  long preparation() throws SSLException {
    return isWrite() ? 0 : sealAndOpen(sealer, null);
  }

  @Override
  long least() throws SSLException {
    if (!isWrite()) {
      return sealAndOpen(barePeer, bare);
    }
    data.rewind();
    sealed.clear();
    while (data.hasRemaining()) {
      bare.wrap(data, sealed);
    }
    return sealed.position();
  }

  /** Seals and opens record by record, as they come through the layer. */
  private long sealAndOpen(SSLEngine from, @Nullable SSLEngine to) throws SSLException {
    data.rewind();
    opened.clear();
    while (data.hasRemaining()) {
      from.wrap(data, sealed.clear());
      sealed.flip();
      while (to != null && sealed.hasRemaining()) {
        to.unwrap(sealed, opened);
      }
    }
    return opened.position();
  }

  @Override
  long ours() {
    sources[0] = data.rewind();
    opened.clear();
    while (isWrite() ? data.hasRemaining() : opened.position() < size) {
      if (isWrite()) {
        stream.asyncWriteSome(sources, handler);
      } else {
        stream.asyncReadSome(opened, handler);
      }
      turns.run();
    }
    return handler.bytes;
  }

  @Override
  int times() {
    return Math.max(8, (512 << 10) / (size + 2048));
  }
}

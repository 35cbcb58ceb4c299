// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.stream.InlineExecutor;
import io.plywire.tls.TlsStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** One established connection with the layer, and one of bare engines, both of the same kind. */
final class TlsTraffic {
  /** Ciphers are fast only once they are compiled, which takes calls and not time. */
  static final int WARM_UP = 5_000;

  final Turns turns = new Turns();
  final TlsStream stream;

  /** The bare client, and the bare server that it talks to. */
  final SSLEngine bare;

  final SSLEngine barePeer;

  /** Seals records that nobody opens. */
  final SSLEngine sealer;

  /** What is sealed or opened, in memory of the kind that the engine likes best. */
  final ByteBuffer data;

  /** Where it is sealed to. */
  final ByteBuffer wire;

  /** Where it is opened to, with room for the engine to work in. */
  final ByteBuffer opened;

  TlsTraffic(String engine, int size) throws SSLException {
    TlsSides sides = new TlsSides(engine);
    data = sides.allocate(size);
    data.put(Texts.noise(size)).flip();
    wire = sides.allocate(TlsSides.WIRE_BYTES);
    opened = sides.allocate(size + 1024);

    bare = sides.clientSession().engine();
    barePeer = sides.serverSession().engine();
    sides.handshake(bare, barePeer);
    sealer = sides.serverSession().engine();
    sides.handshake(sides.clientSession().engine(), sealer);

    EnginePeer peer = new EnginePeer(turns, sides.serverSession().engine());
    TlsStream[] made = new TlsStream[1];
    TlsStream.asyncHandshake(
        peer,
        sides.client,
        sides.host(),
        sides.freshPort(),
        (error, secured) -> {
          if (secured == null) {
            throw new IllegalStateException(error);
          }
          made[0] = secured;
        });
    turns.run();
    stream = made[0];
    ByteBuffer own = sides.allocate(size);
    own.put(Texts.noise(size)).flip();
    peer.established(own);
    turns.run();
  }

  /** Counts as the WebSocket stream does on top: no detour for what ends at once. */
  static final class Count extends OpenPipe.Count {
    @Override
    public Executor immediateExecutor() {
      return InlineExecutor.instance();
    }
  }

  /** Returns how often data of a size is sealed or opened in one turn of a comparison. */
  static int turn(int size) {
    return Math.max(8, (512 << 10) / (size + 2048));
  }

  /** Lets an engine seal all of the data. */
  int seal(SSLEngine engine) throws SSLException {
    data.rewind();
    wire.clear();
    while (data.hasRemaining()) {
      engine.wrap(data, wire);
    }
    return wire.position();
  }
}

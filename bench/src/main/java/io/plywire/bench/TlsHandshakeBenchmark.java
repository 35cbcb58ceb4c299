// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.tls.TlsStream;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Whole handshakes of TLS 1.3, both sides, with a certificate on P-256 and nothing resumed: of two
 * streams over a pipe in memory, beside two bare engines. A handshake of 1 ms is a thousand per
 * second and processor, of both sides.
 */
public class TlsHandshakeBenchmark extends Comparison {
  private static final int WARM_UP = 400;
  private static final int WINDOW = 16 << 10; // the pipe makes its memory anew each time

  @Param({"jdk", "conscrypt", "bouncycastle"})
  private String engine = "jdk";

  private final Turns turns = new Turns();
  private final TlsStream[] made = new TlsStream[2];

  @SuppressWarnings("NullAway.Init") // set up by prepare()
  private TlsSides sides;

  private ByteBuffer there = ByteBuffer.allocate(0);
  private ByteBuffer back = ByteBuffer.allocate(0);

  /** Makes certificates and contexts. */
  @Setup
  public void prepare() throws SSLException {
    sides = new TlsSides(engine);
    there = sides.allocate(TlsSides.WIRE_BYTES);
    back = sides.allocate(TlsSides.WIRE_BYTES);
    for (int i = 0; i < WARM_UP; i++) {
      least();
      ours();
    }
  }

  @Override
  long least() throws SSLException {
    ConnectionEngine client = sides.clientSession();
    ConnectionEngine server = sides.serverSession();
    TlsSides.handshake(client.engine(), server.engine(), there, back);
    client.release();
    server.release();
    return 2;
  }

  @Override
  long ours() {
    InMemoryPipe pipe = InMemoryPipe.builder(turns).windowBytes(WINDOW).build();
    sides.secureClient(pipe.client(), stream -> made[0] = stream);
    sides.secureServer(pipe.server(), stream -> made[1] = stream);
    turns.run();
    made[0].close();
    made[1].close();
    turns.run();
    return 2;
  }

  @Override
  int times() {
    return 4;
  }
}

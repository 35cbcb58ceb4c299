// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.tls.TlsStream;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Whole handshakes of TLS 1.3, both sides, with a certificate on P-256 and nothing resumed: of two
 * streams over a pipe in memory, beside two bare engines. A handshake of 1 ms is a thousand per
 * second and processor, of both sides.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class TlsHandshakeBenchmark {
  private static final int WARM_UP = 400;
  private static final int WINDOW = 16 << 10; // the pipe makes its memory anew each time

  @Param({"jdk", "conscrypt", "bouncycastle"})
  private String engine = "jdk";

  private final Turns turns = new Turns();
  private final TlsStream[] made = new TlsStream[2];

  @SuppressWarnings("NullAway.Init") // set up by prepare()
  private TlsSides sides;

  @SuppressWarnings("NullAway.Init") // set up by prepare()
  private ByteBuffer there;

  @SuppressWarnings("NullAway.Init") // set up by prepare()
  private ByteBuffer back;

  /** Makes certificates and contexts. */
  @Setup
  public void prepare() {
    sides = new TlsSides(engine);
    there = sides.allocate(TlsSides.WIRE_BYTES);
    back = sides.allocate(TlsSides.WIRE_BYTES);
    for (int i = 0; i < WARM_UP; i++) {
      floor();
      asyncHandshake();
    }
  }

  /** Two bare engines. */
  @Benchmark
  public Object floor() {
    ConnectionEngine client = sides.clientSession();
    ConnectionEngine server = sides.serverSession();
    TlsSides.handshake(client.engine(), server.engine(), there, back);
    client.release();
    server.release();
    return client;
  }

  /** Two streams. */
  @Benchmark
  public Object asyncHandshake() {
    InMemoryPipe pipe = InMemoryPipe.builder(turns).windowBytes(WINDOW).build();
    TlsStream.asyncHandshake(
        pipe.client(), sides.client, sides.host(), sides.freshPort(), this::client);
    TlsStream.asyncHandshake(pipe.server(), sides.server, null, -1, this::server);
    turns.run();
    made[0].close();
    made[1].close();
    turns.run();
    return made[0];
  }

  /** Both by turns, for the ratio. */
  @Benchmark
  public long sideBySide(SideBySide sides) throws Exception {
    return sides.compare(
        4, () -> 0, () -> floor() == null ? 1 : 0, () -> asyncHandshake() == null ? 1 : 0);
  }

  private void client(@Nullable IOException error, @Nullable TlsStream stream) {
    made[0] = require(error, stream);
  }

  private void server(@Nullable IOException error, @Nullable TlsStream stream) {
    made[1] = require(error, stream);
  }

  private static TlsStream require(@Nullable IOException error, @Nullable TlsStream stream) {
    if (stream == null) {
      throw new IllegalStateException(error);
    }
    return stream;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Data through the TLS layer to a next layer that swallows it. The floor is the wrap of the same
 * engine, set up alike, with buffers of the kind it likes best.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class TlsWriteBenchmark {
  @Param({"jdk", "conscrypt", "bouncycastle"})
  private String engine = "jdk";

  @Param({"1024", "65536"})
  private int size;

  private final TlsTraffic.Count written = new TlsTraffic.Count();
  private final ByteBuffer[] sources = new ByteBuffer[1];

  @SuppressWarnings("NullAway.Init") // set up by open()
  private TlsTraffic traffic;

  /** Opens the connections, and runs everything often enough to be compiled. */
  @Setup
  public void open() throws SSLException {
    traffic = new TlsTraffic(engine, size);
    sources[0] = traffic.data;
    for (int i = 0; i < TlsTraffic.WARM_UP; i++) {
      floor();
      asyncWriteSome();
    }
  }

  /** Sealed by the bare engine. */
  @Benchmark
  public int floor() throws SSLException {
    return traffic.seal(traffic.bare);
  }

  /** Written to the layer. */
  @Benchmark
  public long asyncWriteSome() {
    traffic.data.rewind();
    while (traffic.data.hasRemaining()) {
      traffic.stream.asyncWriteSome(sources, written);
      traffic.turns.run();
    }
    return written.bytes;
  }

  /** Both by turns, for the ratio. */
  @Benchmark
  public long sideBySide(SideBySide sides) throws Exception {
    return sides.compare(TlsTraffic.turn(size), () -> 0, this::floor, this::asyncWriteSome);
  }
}

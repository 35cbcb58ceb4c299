// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
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
 * Data through the TLS layer from a next layer that is the engine of the peer. The floor is the
 * unwrap of the same engine. A record can be opened only once, so each has to be sealed as well:
 * that is the preparation, and left out of the ratio.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
public class TlsReadBenchmark {
  @Param({"jdk", "conscrypt", "bouncycastle"})
  private String engine = "jdk";

  @Param({"1024", "65536"})
  private int size;

  private final TlsTraffic.Count read = new TlsTraffic.Count();

  @SuppressWarnings("NullAway.Init") // set up by open()
  private TlsTraffic traffic;

  /** Opens the connections, and runs everything often enough to be compiled. */
  @Setup
  public void open() throws SSLException {
    traffic = new TlsTraffic(engine, size);
    for (int i = 0; i < TlsTraffic.WARM_UP; i++) {
      floor();
      asyncReadSome();
    }
  }

  /** Sealed, and no more. */
  @Benchmark
  public int preparation() throws SSLException {
    return sealAndOpen(traffic.sealer, false);
  }

  /** Opened by the bare engine. */
  @Benchmark
  public int floor() throws SSLException {
    return sealAndOpen(traffic.barePeer, true);
  }

  /** Seals and opens record by record, as they come through the layer. */
  private int sealAndOpen(SSLEngine sealer, boolean open) throws SSLException {
    traffic.data.rewind();
    traffic.opened.clear();
    while (traffic.data.hasRemaining()) {
      sealer.wrap(traffic.data, traffic.wire.clear());
      traffic.wire.flip();
      while (open && traffic.wire.hasRemaining()) {
        traffic.bare.unwrap(traffic.wire, traffic.opened);
      }
    }
    return traffic.opened.position();
  }

  /** Read from the layer. */
  @Benchmark
  public long asyncReadSome() {
    traffic.opened.clear();
    while (traffic.opened.position() < size) {
      traffic.stream.asyncReadSome(traffic.opened, read);
      traffic.turns.run();
    }
    return read.bytes;
  }

  /** All of them by turns, for the ratio. */
  @Benchmark
  public long sideBySide(SideBySide sides) throws Exception {
    return sides.compare(
        TlsTraffic.turn(size), this::preparation, this::floor, this::asyncReadSome);
  }
}

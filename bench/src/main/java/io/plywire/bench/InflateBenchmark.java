// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import static io.plywire.bench.CompressBenchmark.TEXTS;

import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import io.plywire.websocket.internal.protocol.MessageInflater;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A compressed JSON text of 1 KiB, decompressed in a window that lasts from one message to the
 * next, beside the JDK's decompressor and nothing else.
 *
 * <p>The texts together are longer than the window, so after each round of them it holds the same
 * again, and what was compressed in the second round may be decompressed in every later one.
 */
public class InflateBenchmark extends Comparison {
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};

  private final ByteBuffer[] payloads = new ByteBuffer[TEXTS];
  private final ByteBuffer[] tailed = new ByteBuffer[TEXTS];
  private final ByteBuffer target = ByteBuffer.allocate(2048);
  private final Inflater bare = new Inflater(true);
  private final MessageInflater inflater = new MessageInflater(DeflateEngine.jdk(), 15, true);
  private int nextBare;
  private int next;

  /** Brings all windows to where a round begins. */
  @Setup
  public void prepare() throws DataFormatException {
    MessageDeflater deflater = CompressBenchmark.newDeflater();
    compress(deflater);
    for (int i = 0; i < TEXTS; i++) {
      least();
      ours();
    }
    compress(deflater);
    deflater.release();
  }

  private void compress(MessageDeflater deflater) {
    Random random = new Random(7692);
    ByteBuffer out = ByteBuffer.allocate(4096);
    for (int i = 0; i < TEXTS; i++) {
      CompressBenchmark.compress(deflater, ByteBuffer.wrap(Payloads.json(random)), out);
      tailed[i] = ByteBuffer.allocateDirect(out.limit() + 4).put(out).put(TAIL).flip();
      payloads[i] = ByteBuffer.allocateDirect(out.limit()).put(out.rewind()).flip();
    }
  }

  @Override
  long least() throws DataFormatException {
    bare.setInput(tailed[nextBare++ % TEXTS].rewind());
    return require(bare.inflate(target.clear()));
  }

  @Override
  long ours() {
    inflater.beginMessage();
    inflater.inflate(payloads[next++ % TEXTS].rewind(), true, target.clear(), 0);
    return require(target.position());
  }

  private static long require(int bytes) {
    if (bytes != Payloads.JSON_BYTES) {
      throw new IllegalStateException("inflated to " + bytes + " bytes");
    }
    return bytes;
  }

  @Override
  int times() {
    return TEXTS;
  }

  /** Frees what is native. */
  @TearDown
  public void close() {
    bare.end();
    inflater.release();
  }
}

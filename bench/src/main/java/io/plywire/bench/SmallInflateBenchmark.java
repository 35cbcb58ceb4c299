// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import io.plywire.websocket.internal.protocol.MessageInflater;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Small JSON texts, decompressed without context takeover, beside the JDK's decompressor and
 * nothing else, which gets the end of the message with it and is reset afterwards. Ours looks on
 * top whether the message was whole, by a call of its own.
 */
public class SmallInflateBenchmark extends Comparison {
  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
  private static final int TEXTS = 64;

  /** The length of a text, in bytes. */
  @Param({"32", "64", "128", "256", "512", "1024"})
  public int bytes;

  private final ByteBuffer[] payloads = new ByteBuffer[TEXTS];
  private final ByteBuffer[] tailed = new ByteBuffer[TEXTS];
  private final ByteBuffer target = ByteBuffer.allocate(2048);
  private final Inflater bare = new Inflater(true);
  private final MessageInflater inflater = new MessageInflater(DeflateEngine.jdk(), 15, false);
  private int next;

  /** Compresses the texts. */
  @Setup
  public void prepare() {
    MessageDeflater deflater = CompressBenchmark.newDeflater();
    Random random = new Random(7692);
    ByteBuffer out = ByteBuffer.allocate(4096);
    for (int i = 0; i < TEXTS; i++) {
      ByteBuffer text = ByteBuffer.wrap(Payloads.json(random, bytes));
      CompressBenchmark.compress(deflater, text, out);
      deflater.reset();
      tailed[i] = ByteBuffer.allocateDirect(out.limit() + TAIL.length).put(out).put(TAIL).flip();
      payloads[i] = ByteBuffer.allocateDirect(out.limit()).put(out.rewind()).flip();
    }
    deflater.release();
  }

  @Override
  long least() throws DataFormatException {
    bare.setInput(tailed[next++ % TEXTS].rewind());
    int n = bare.inflate(target.clear());
    bare.reset();
    return require(n);
  }

  @Override
  long ours() {
    inflater.beginMessage();
    inflater.inflate(payloads[next++ % TEXTS].rewind(), true, target.clear(), 0);
    return require(target.position());
  }

  private long require(int inflated) {
    if (inflated != bytes) {
      throw new IllegalStateException("inflated to " + inflated + " bytes");
    }
    return inflated;
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

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.websocket.internal.protocol.MessageDeflater;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.Deflater;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Small JSON texts, compressed in a window that lasts from one message to the next or does not,
 * beside the JDK's compressor and nothing else: what does compression cost, what does it save, and
 * what of the cost is ours? Without context takeover both reset the compressor after each message.
 */
public class SmallCompressBenchmark extends Comparison {
  /** How often each is done in one turn. */
  private static final int TIMES = 64;

  /** All texts together are longer than a window, so that none of them is in it again. */
  private static final int ALL_BYTES = 64 << 10;

  /** The length of a text, in bytes. */
  @Param({"32", "64", "128", "256", "512", "1024"})
  public int bytes;

  /** Whether the window lasts from one message to the next. */
  @Param({"false", "true"})
  public boolean takeover;

  private ByteBuffer[] texts = {};
  private final ByteBuffer target = ByteBuffer.allocateDirect(4096);
  private final Deflater bare = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final MessageDeflater deflater = CompressBenchmark.newDeflater();
  private int nextBare;
  private int next;
  private long sent;
  private long messages;

  /** Makes the texts. */
  @Setup
  public void prepare() {
    Random random = new Random(7692);
    texts = new ByteBuffer[ALL_BYTES / bytes];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = ByteBuffer.wrap(Payloads.json(random, bytes));
    }
  }

  @Override
  long preparation() {
    if (messages > 0) {
      Figures.tell("sent", (double) sent / messages, "bytes");
    }
    return 0;
  }

  @Override
  long least() {
    bare.setInput(texts[nextBare++ % texts.length].clear());
    int n = bare.deflate(target.clear(), Deflater.SYNC_FLUSH);
    if (!takeover) {
      bare.reset();
    }
    return n;
  }

  @Override
  long ours() {
    int n =
        CompressBenchmark.compress(deflater, texts[next++ % texts.length].clear(), target).limit();
    if (!takeover) {
      deflater.reset();
    }
    sent += n;
    messages++;
    return n;
  }

  @Override
  int times() {
    return TIMES;
  }

  /** Frees what is native. */
  @TearDown
  public void close() {
    bare.end();
    deflater.release();
  }
}

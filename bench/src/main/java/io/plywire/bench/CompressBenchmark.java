// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.Deflater;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A JSON text of 1 KiB, compressed in a window that lasts from one message to the next, beside the
 * JDK's compressor and nothing else.
 */
public class CompressBenchmark extends Comparison {
  /** How many different texts: together longer than the window. */
  static final int TEXTS = 64;

  private final ByteBuffer[] texts = new ByteBuffer[TEXTS];
  private final ByteBuffer target = ByteBuffer.allocateDirect(4096);
  private final Deflater bare = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final MessageDeflater deflater = newDeflater();
  private int next;

  /** Makes the texts. */
  public CompressBenchmark() {
    Random random = new Random(7692);
    for (int i = 0; i < TEXTS; i++) {
      texts[i] = ByteBuffer.wrap(Payloads.json(random));
    }
  }

  static MessageDeflater newDeflater() {
    return new MessageDeflater(DeflateOptions.defaults(), 15);
  }

  /** Compresses a message; returns the target, flipped. */
  static ByteBuffer compress(MessageDeflater deflater, ByteBuffer text, ByteBuffer target) {
    deflater.beginFrame(target.clear());
    deflater.compress(text, target, true);
    deflater.endMessage(target, 0);
    return target.flip();
  }

  private ByteBuffer text() {
    return texts[next++ % TEXTS].clear();
  }

  @Override
  long least() {
    bare.setInput(text());
    return bare.deflate(target.clear(), Deflater.SYNC_FLUSH);
  }

  @Override
  long ours() {
    return compress(deflater, text(), target).limit();
  }

  @Override
  int times() {
    return TEXTS;
  }

  /** Frees what is native. */
  @TearDown
  public void close() {
    bare.end();
    deflater.release();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.IoHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Writes a number of bytes, each handler starting the next write. */
final class Pump implements IoHandler {
  private static final int MOST = 100_000;

  private final Side side;
  private final @Nullable Random sizes;
  private final Outcome<Void> done;
  private ByteBuffer[] sources = {};
  private int left;
  private long total;

  Pump(Side side, int bytes, @Nullable Random sizes, Outcome<Void> done) {
    this.side = side;
    this.sizes = sizes;
    this.done = done;
    this.left = bytes;
  }

  void go() {
    if (left == 0) {
      done.completed(null, total);
    } else {
      if (WriteRules.remaining(sources) == 0) {
        sources = next();
      }
      side.stream().asyncWriteSome(sources, this);
    }
  }

  @Override
  public void completed(@Nullable IOException error, long bytes) {
    total += bytes;
    left -= (int) bytes;
    if (error != null) {
      done.completed(error, total);
    } else {
      go();
    }
  }

  /** The next bytes: in one buffer, or cut at random into buffers of both kinds. */
  private ByteBuffer[] next() {
    if (sizes == null) {
      return new ByteBuffer[] {side.next(Math.min(left, Side.CHUNK))};
    }
    int size =
        Math.min(left, 1 + (sizes.nextInt(4) == 0 ? sizes.nextInt(MOST) : sizes.nextInt(200)));
    ByteBuffer all = sizes.nextBoolean() ? side.next(size) : side.nextDirect(size);
    int cut = sizes.nextInt(size + 1);
    return new ByteBuffer[] {
      all.duplicate().limit(cut), ByteBuffer.allocate(0), all.slice(cut, size - cut)
    };
  }
}

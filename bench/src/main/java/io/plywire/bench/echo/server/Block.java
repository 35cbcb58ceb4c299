// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Memory that a floor reads into and writes from, and which pieces of it are to be written. Small
 * pieces are moved together, which costs less than another system call; large ones are written by
 * themselves.
 */
final class Block {
  /** What a block has unless more is asked for. */
  static final int BYTES = 256 << 10;

  /** Pieces up to this are moved. */
  private static final int SMALL_BYTES = 4 << 10;

  /** Into it is read, from its position on. */
  final ByteBuffer bytes;

  private final int[] starts;
  private final int[] ends;
  private int pieces;
  private int written; // pieces that are

  private Block(int capacity, boolean direct) {
    bytes = direct ? ByteBuffer.allocateDirect(capacity) : ByteBuffer.allocate(capacity);
    int largePieces = capacity / SMALL_BYTES + 1;
    starts = new int[largePieces];
    ends = new int[largePieces];
  }

  /** The blocks of a loop that no connection has. */
  static final class Pool {
    private final boolean direct;
    private final Deque<Block> free = new ArrayDeque<>();

    Pool(boolean direct) {
      this.direct = direct;
    }

    /** Takes an empty block, preferably the one that was used last. */
    Block take(int atLeast) {
      for (Iterator<Block> each = free.iterator(); each.hasNext(); ) {
        Block block = each.next();
        if (block.bytes.capacity() >= atLeast) {
          each.remove();
          return block;
        }
      }
      return new Block(Math.max(BYTES, atLeast), direct);
    }

    /** Takes a block back and forgets what is in it. */
    void giveBack(Block block) {
      block.bytes.clear();
      block.pieces = 0;
      block.written = 0;
      free.push(block);
    }
  }

  /** Appends what stands between two positions, behind everything appended before. */
  void append(int start, int end) {
    int last = pieces - 1;
    if (last >= 0 && end - start <= SMALL_BYTES) {
      bytes.put(ends[last], bytes, start, end - start);
      ends[last] += end - start;
    } else {
      starts[pieces] = start;
      ends[pieces] = end;
      pieces++;
    }
  }

  /** Writes the pieces; returns whether all are written. Moves position and limit. */
  boolean write(WritableByteChannel channel) throws IOException {
    for (; written < pieces; written++) {
      bytes.limit(ends[written]).position(starts[written]);
      channel.write(bytes);
      if (bytes.hasRemaining()) {
        starts[written] = bytes.position();
        return false;
      }
    }
    pieces = 0;
    written = 0;
    return true;
  }
}

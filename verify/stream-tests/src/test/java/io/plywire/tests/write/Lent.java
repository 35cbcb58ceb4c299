// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Buffers as they were before a write borrowed them, to compare with what it gives back. */
final class Lent {
  private final ByteBuffer[] buffers;
  private final byte[][] contents;
  private final int[] positions;
  private final int[] limits;
  private final ByteOrder[] orders;
  private final long total;

  Lent(ByteBuffer... buffers) {
    this.buffers = buffers.clone();
    contents = new byte[buffers.length][];
    positions = new int[buffers.length];
    limits = new int[buffers.length];
    orders = new ByteOrder[buffers.length];
    long sum = 0;
    for (int i = 0; i < buffers.length; i++) {
      contents[i] = content(buffers[i]);
      positions[i] = buffers[i].position();
      limits[i] = buffers[i].limit();
      orders[i] = buffers[i].order();
      sum += buffers[i].remaining();
    }
    total = sum;
  }

  private static byte[] content(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.duplicate().clear().get(bytes);
    return bytes;
  }

  /** Returns how many bytes were lent. */
  long total() {
    return total;
  }

  /** Demands that the positions tell of exactly so many bytes and that nothing else has changed. */
  void assertSent(long bytes) {
    long left = bytes;
    for (int i = 0; i < buffers.length; i++) {
      ByteBuffer buffer = buffers[i];
      int n = (int) Math.min(left, limits[i] - positions[i]);
      left -= n;
      assertThat(buffer.position()).as("position of buffer %d", i).isEqualTo(positions[i] + n);
      assertThat(buffer.limit()).as("limit of buffer %d", i).isEqualTo(limits[i]);
      assertThat(buffer.order()).as("order of buffer %d", i).isEqualTo(orders[i]);
      assertThat(content(buffer)).as("content of buffer %d", i).isEqualTo(contents[i]);
    }
    assertThat(left).as("bytes sent beyond the buffers").isZero();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A transfer whose bytes may be any: they are shown, and that is all.
 *
 * @param buffer where they begin
 * @param from the position they begin at
 */
record AnyBytes(ByteBuffer buffer, int from) implements OperationRules {
  /** Of a read. */
  static AnyBytes into(ByteBuffer target) {
    return new AnyBytes(target, target.position());
  }

  /** Of a write; the first buffer that is not empty is looked at. */
  static AnyBytes outOf(ByteBuffer[] sources) {
    for (ByteBuffer source : sources) {
      if (source.hasRemaining()) {
        return new AnyBytes(source.duplicate(), source.position());
      }
    }
    return new AnyBytes(ByteBuffer.allocate(0), 0);
  }

  @Override
  public void verify(@Nullable IOException error, long bytes) {}

  @Override
  public Glimpse glimpse(long bytes) {
    return Glimpse.of(-1, buffer, from, bytes);
  }
}

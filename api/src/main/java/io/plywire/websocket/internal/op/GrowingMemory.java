// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import java.nio.ByteBuffer;

/** Memory of the caller's that grows as a message arrives. */
@FunctionalInterface
public interface GrowingMemory {
  /**
   * Returns the memory to write into, from position to limit, with at least one byte of room unless
   * it cannot grow any more.
   *
   * @param wanted how many bytes are expected
   * @param most how many bytes can come at most
   */
  ByteBuffer room(long wanted, long most);
}

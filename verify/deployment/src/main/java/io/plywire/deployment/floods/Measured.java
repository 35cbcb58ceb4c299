// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import io.plywire.deployment.process.Look;

/**
 * What one flood was like.
 *
 * @param flood which
 * @param attempts how many connections the attackers began
 * @param before what the server had
 * @param during what it had in the midst of it
 * @param echoes of the ordinary clients meanwhile
 * @param worstNanos the longest that one of them took
 * @param newcomersIn how many others came meanwhile and got their echo
 * @param newcomersOut how many others were turned away
 * @param leftConnections how many more than before the server still has afterwards
 * @param leftDescriptors likewise
 * @param leftBytes of heap and direct memory, likewise
 */
record Measured(
    Flood flood,
    long attempts,
    Look before,
    Look during,
    long echoes,
    long worstNanos,
    int newcomersIn,
    int newcomersOut,
    int leftConnections,
    int leftDescriptors,
    long leftBytes) {

  /** Returns how many connections of the flood the server had in the midst of it. */
  int held() {
    return during.connections() - before.connections();
  }

  /** Returns by how much its heap and direct memory had grown. */
  long grown() {
    return during.heap() + during.direct() - before.heap() - before.direct();
  }
}

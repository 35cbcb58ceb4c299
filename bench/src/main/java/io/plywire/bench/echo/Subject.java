// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;

/**
 * What is measured, and a row of the tables: a server on a JDK, with TLS or not.
 *
 * @param kind the server
 * @param jdk what it runs on, or what its floor runs on if it needs none
 * @param security how it encrypts
 * @param loops how many threads serve connections
 */
record Subject(ServerKind kind, Jdk jdk, Security security, int loops) {
  /**
   * Returns what this is compared with first: small messages with bytes; large ones with messages,
   * since unmasking is then a good part of the work.
   */
  Subject floorIn(Cell cell) {
    return floor(cell.isLarge() ? ServerKind.FLOOR_WS_NIO : ServerKind.FLOOR_NIO);
  }

  /** Returns a floor for comparison: on the same JDK, with the same TLS and loops. */
  Subject floor(ServerKind floor) {
    return new Subject(floor, jdk, security.ofFloor(), loops);
  }

  /** Returns the same server on one loop. */
  Subject onOneLoop() {
    return new Subject(kind, jdk, security, 1);
  }

  @Override
  public String toString() {
    return kind
        + (security == Security.NONE ? "" : " + " + security)
        + (loops == 1 ? "" : ", " + loops + " loops")
        + (kind.program() == null ? " (" + jdk.feature() + ")" : " (no JVM)");
  }
}

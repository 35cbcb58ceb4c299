// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import io.plywire.bench.echo.Cell;
import io.plywire.bench.echo.wire.Security;
import org.jspecify.annotations.Nullable;

/**
 * A row of the tables.
 *
 * @param server its name
 * @param jdk the feature version of its JDK, or that of its floor's if it runs without one
 * @param security how it encrypts
 * @param loops how many threads serve connections
 */
public record Row(String server, int jdk, Security security, int loops) {
  /** The floor of bytes. */
  public static final String FLOOR_NIO = "floor-nio";

  /** The floor of messages. */
  public static final String FLOOR_WS_NIO = "floor-ws-nio";

  private static final String BEAST = "beast";

  /**
   * Returns the row that this one is compared with first: small messages with bytes; large ones
   * with messages, since unmasking is then a good part of the work.
   */
  public Row floorIn(Cell cell) {
    return floor(cell.isLarge() ? FLOOR_WS_NIO : FLOOR_NIO);
  }

  /** Returns the row of a floor for comparison: on the same JDK, with the same TLS and loops. */
  public Row floor(String floor) {
    return new Row(floor, jdk, security.ofFloor(), loops);
  }

  /** Returns the row of the same server on one loop. */
  public Row onOneLoop() {
    return new Row(server, jdk, security, 1);
  }

  /** Returns the feature version of the JDK it runs on, or null if it does not need one. */
  @Nullable Integer ownJdk() {
    return server.equals(BEAST) ? null : jdk;
  }

  @Override
  public String toString() {
    String tls = security == Security.NONE ? "" : " + " + security.label();
    Integer own = ownJdk();
    String threads = loops == 1 ? "" : ", " + loops + " loops";
    return server + tls + threads + " (" + (own == null ? "C++" : own) + ")";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import io.plywire.bench.echo.wire.Security;

/**
 * A row of the tables.
 *
 * @param server its name
 * @param jdk the feature version of its JDK
 * @param security how it encrypts
 */
public record Row(String server, int jdk, Security security) {
  /** Returns the row of a floor for comparison: on the same JDK, with the same TLS. */
  public Row floor(String floor) {
    return new Row(floor, jdk, security.ofFloor());
  }

  @Override
  public String toString() {
    String tls = security == Security.NONE ? "" : " + " + security.label();
    return server + tls + " (" + jdk + ")";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.report.Row;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;

/**
 * What is measured: a server on a JDK, with TLS or not, on one loop or several.
 *
 * @param kind the server
 * @param jdk what it runs on
 * @param security how it encrypts
 * @param loops how many threads serve connections
 */
record Subject(ServerKind kind, Jdk jdk, Security security, int loops) {
  /** Returns the row of the tables. */
  Row row() {
    return new Row(kind.label(), jdk.feature(), security, loops);
  }

  @Override
  public String toString() {
    return row().toString();
  }
}

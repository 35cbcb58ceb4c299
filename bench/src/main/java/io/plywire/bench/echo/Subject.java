// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.report.Row;
import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;

/**
 * What is measured: a server on a JDK, with TLS or not.
 *
 * @param kind the server
 * @param jdk what it runs on
 * @param security how it encrypts
 */
record Subject(ServerKind kind, Jdk jdk, Security security) {
  /** Returns the row of the tables. */
  Row row() {
    return new Row(kind.label(), jdk.feature(), security);
  }

  @Override
  public String toString() {
    return row().toString();
  }
}

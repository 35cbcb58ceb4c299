// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.server.ServerKind;

/**
 * What is measured: a server on a JDK.
 *
 * @param kind the server
 * @param jdk what it runs on
 */
record Subject(ServerKind kind, Jdk jdk) {
  @Override
  public String toString() {
    return kind.label() + " on " + jdk.feature();
  }
}

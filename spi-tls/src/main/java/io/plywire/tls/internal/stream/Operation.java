// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.spi.PendingOperation;

/** An operation of the stream as its user sees it. */
abstract class Operation extends PendingOperation {
  final TlsConnection connection;

  Operation(TlsConnection connection) {
    super(connection.executor);
    this.connection = connection;
  }

  @Override
  protected final void closeStream() {
    connection.close();
  }

  @Override
  protected final boolean isOver() {
    return !connection.isUsable();
  }

  @Override
  public final String toString() {
    return connection.toString();
  }
}

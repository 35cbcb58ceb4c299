// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

/** What the operations of a {@link ReadinessStream} have in common: the stream. */
abstract class StreamOperation extends PendingOperation {
  /** How many tries in a row succeed before other tasks of the executor get their turn. */
  static final int TRIES_IN_A_ROW = 16;

  final ReadinessStream stream;

  StreamOperation(ReadinessStream stream) {
    super(stream.executor());
    this.stream = stream;
  }

  @Override
  protected final void closeStream() {
    stream.close();
  }

  @Override
  protected final boolean isOver() {
    return stream.isOver();
  }

  @Override
  public final String toString() {
    return stream.toString();
  }
}

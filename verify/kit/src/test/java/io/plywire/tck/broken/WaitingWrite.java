// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A write that notices whether it has to wait; what is derived from it bends those that do. */
class WaitingWrite extends Rewired {
  final AsyncStream stream;
  final ByteBuffer[] sources;
  private boolean done;
  private boolean waited;

  WaitingWrite(AsyncStream stream, ByteBuffer[] sources, IoHandler handler) {
    super(handler);
    this.stream = stream;
    this.sources = sources;
  }

  /** Writes what is in the sources. */
  final void start() {
    start(sources);
  }

  /** Writes something else. */
  final void start(ByteBuffer[] content) {
    stream.asyncWriteSome(content, this);
    stream.executor().execute(this::look);
  }

  /** The write has had its turn; if it is not done, it waits. */
  private synchronized void look() {
    if (!done) {
      waited = true;
      waits();
    }
  }

  final boolean hasWaited() {
    return waited;
  }

  /** It waits, and has neither moved anything nor ended. */
  void waits() {}

  /** It has ended. */
  void ended(IOException error, long bytes) {
    inner.completed(error, bytes);
  }

  @Override
  public void completed(IOException error, long bytes) {
    synchronized (this) {
      done = true;
    }
    ended(error, bytes);
  }

  final long left() {
    long left = 0;
    for (ByteBuffer source : sources) {
      left += source.remaining();
    }
    return left;
  }

  /** Counts all that was offered as accepted. */
  final void countAll(long bytes) {
    long all = bytes + left();
    for (ByteBuffer source : sources) {
      source.position(source.limit());
    }
    inner.completed(null, all);
  }
}

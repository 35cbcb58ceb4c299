// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.spi.Iteration;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Gives records to the next layer, one buffer at a time. Everything that wants to be sent takes its
 * turn here: alerts and answers of the engine, data that was collected, the write that waits.
 */
final class Outflow implements IoHandler, Iteration.Step {
  private final TlsConnection connection;
  private final RecordSealer sealer;
  private final ByteBuffer[] sources = new ByteBuffer[1];
  private final Iteration iteration = new Iteration();
  private boolean writing;

  Outflow(TlsConnection connection, RecordSealer sealer) {
    this.connection = connection;
    this.sealer = sealer;
  }

  /** Returns whether the next layer has our buffer. */
  boolean isWriting() {
    return writing;
  }

  /**
   * Returns whether nothing is on its way, or waits to be; data can be sealed then, and {@link
   * #kick} must follow.
   */
  boolean isFree() {
    return !writing && sealer.out.isEmpty() && !sealer.hasMore();
  }

  /** Sends whatever there is to be sent, as far as possible. */
  void kick() {
    iteration.run(this);
  }

  @Override
  public void step() {
    if (writing || connection.isOver()) {
      return;
    }
    if (!sealer.out.isLeaving()) {
      sealer.sealWaiting();
      if (!sealer.hasMore()) {
        connection.writes.seal(); // after all that was accepted before
      }
    }
    if (!sealer.out.isEmpty()) {
      write();
    } else if (!connection.writes.isSealed()) {
      return;
    }
    connection.writes.endSealed();
    iteration.again();
  }

  private void write() {
    writing = true;
    sources[0] = sealer.out.leave();
    try {
      connection.next.asyncWriteSome(sources, this);
    } catch (RuntimeException e) {
      completed(
          new StreamException(StreamError.IO, "writing to " + connection.next + " failed", e), 0);
    }
  }

  @Override
  public void completed(@Nullable IOException error, long bytes) {
    writing = false;
    if (connection.isOver()) {
      connection.releaseMemory();
      return;
    }
    if (error != null) {
      connection.outputFailed(error);
    } else if (bytes == 0) {
      connection.outputFailed(
          new StreamException(StreamError.IO, connection.next + " wrote 0 bytes without an error"));
    } else {
      sealer.out.left();
    }
    if (!iteration.isRunning()) {
      kick();
      connection.outputChanged();
    }
  }

  @Override
  public Executor immediateExecutor() {
    return InlineExecutor.instance();
  }
}

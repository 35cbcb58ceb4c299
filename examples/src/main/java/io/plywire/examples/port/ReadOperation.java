// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.port;

import io.plywire.spi.PendingOperation;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads from a port, and waits until a read would make progress. */
final class ReadOperation extends PendingOperation {
  private final Port port;
  private @Nullable ByteBuffer target; // null for a wait

  ReadOperation(StreamExecutor executor, Port port) {
    super(executor);
    this.port = port;
  }

  void initiate(String method, @Nullable ByteBuffer into, IoHandler handler) {
    claim(method); // throws if a read is pending
    target = into;
    initiate(handler, port.isOpen());
  }

  @Override
  protected void start() {
    readable();
  }

  /** Called on the executor when the port may have something. */
  void readable() {
    ByteBuffer into = target;
    if (!isWaiting()) {
      return;
    }
    if (into == null ? port.isReadable() : !into.hasRemaining()) {
      end(null, 0);
    } else if (into != null && port.isReadable()) {
      int n = port.read(into);
      end(n < 0 ? new StreamException(StreamError.EOF, this + " has ended") : null, Math.max(0, n));
    }
  }

  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    target = null;
  }

  @Override
  protected void closeStream() {
    port.close();
  }

  @Override
  protected boolean isOver() {
    return !port.isOpen();
  }

  @Override
  protected IllegalStateException alreadyPending(String method) {
    return new ReadPendingException(method);
  }

  @Override
  public String toString() {
    return port.toString();
  }
}

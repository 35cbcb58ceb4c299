// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A stream without a peer, as small as can be: it takes all, and brings what it is told to. */
final class IdleStream implements AsyncStream {
  private final StreamExecutor executor;
  private IoHandler reader;
  private ByteBuffer target; // null for a wait
  private byte[] input;
  private IOException end;

  IdleStream(StreamExecutor executor) {
    this.executor = executor;
  }

  /** Breaks off, as the other side had. */
  void reset() {
    finish(new StreamException(StreamError.RESET, "the server is dead"));
  }

  /** Brings bytes, and after them the end. */
  void bring(byte[] bytes) {
    input = bytes;
    serve();
  }

  private void finish(IOException error) {
    end = end == null ? error : end;
    serve();
  }

  private void serve() {
    if (reader == null || (input == null && end == null)) {
      return;
    }
    IoHandler handler = reader;
    reader = null;
    IOException error = input == null ? end : null;
    int count = 0;
    if (error == null && target != null) {
      count = input.length;
      target.put(input);
      input = null;
    }
    int bytes = count;
    executor.execute(() -> handler.completed(error, bytes));
  }

  @Override
  public void asyncReadSome(ByteBuffer buffer, IoHandler handler) {
    reader = handler;
    target = buffer;
    serve();
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    reader = handler;
    target = null;
    serve();
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    long count = 0;
    for (ByteBuffer source : sources) {
      count += source.remaining();
      source.position(source.limit());
    }
    long bytes = count;
    IOException error = end;
    executor.execute(() -> handler.completed(error, error == null ? bytes : 0));
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    executor.execute(() -> handler.completed(null, 0));
  }

  @Override
  public void close() {
    finish(new StreamException(StreamError.ABORTED, "closed"));
  }

  @Override
  public StreamExecutor executor() {
    return executor;
  }

  @Override
  public boolean isOpen() {
    return end == null;
  }

  @Override
  public <T> T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : null;
  }
}

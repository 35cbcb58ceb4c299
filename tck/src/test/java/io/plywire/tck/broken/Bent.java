// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import java.nio.ByteBuffer;

/** A stream that passes everything on; what is derived from it bends one thing. */
public class Bent implements AsyncStream {
  protected final AsyncStream inner;

  protected Bent(AsyncStream inner) {
    this.inner = inner;
  }

  @Override
  public StreamExecutor executor() {
    return inner.executor();
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    inner.asyncReadSome(target, handler);
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    inner.asyncWriteSome(sources, handler);
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    inner.asyncWait(type, handler);
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    inner.asyncTeardown(role, handler);
  }

  @Override
  public void close() {
    inner.close();
  }

  @Override
  public boolean isOpen() {
    return inner.isOpen();
  }

  @Override
  public <T> T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : inner.layer(type);
  }

  @Override
  public String toString() {
    return "bent " + inner;
  }
}

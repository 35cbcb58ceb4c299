// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Completions;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.tests.support.Frame;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateParameters;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A next layer that is as small as can be, so that there can be very many of them: it keeps what is
 * written, and lets be read what a test puts there.
 */
final class Wire implements AsyncStream {
  private final StreamExecutor executor;
  private ByteArrayOutputStream written; // made when something is
  private ByteBuffer toRead;
  private IoHandler waiting;
  private boolean closed;

  Wire(StreamExecutor executor) {
    this.executor = executor;
  }

  /** Makes a stream over this that has agreed on compression. */
  WebSocketStream stream(Role role, WebSocketOptions options, DeflateParameters agreed) {
    return new WebSocketStream(this, options, Upgraded.as(role).withDeflate(agreed));
  }

  /** Returns the frames written since the last time. */
  List<Frame> takeFrames() {
    if (written == null) {
      return List.of();
    }
    byte[] bytes = written.toByteArray();
    written = null;
    return Frame.decodeAll(bytes);
  }

  /** Lets bytes be read. On the executor's thread, in a task of its own or between two of them. */
  void put(byte[] bytes) {
    toRead = ByteBuffer.wrap(bytes);
    IoHandler waited = waiting;
    waiting = null;
    if (waited != null) {
      executor.execute(() -> waited.completed(null, 0));
    }
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    if (written == null) {
      written = new ByteArrayOutputStream();
    }
    long n = 0;
    for (ByteBuffer source : sources) {
      byte[] bytes = new byte[source.remaining()];
      source.get(bytes);
      written.writeBytes(bytes);
      n += bytes.length;
    }
    Completions.immediately(handler, executor, null, n);
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    int n = Math.min(target.remaining(), toRead.remaining());
    target.put(toRead.slice().limit(n));
    toRead.position(toRead.position() + n);
    Completions.immediately(handler, executor, null, n);
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    if (toRead != null && toRead.hasRemaining()) {
      Completions.immediately(handler, executor, null, 0);
    } else {
      waiting = handler;
    }
  }

  @Override
  public void close() {
    closed = true;
    IoHandler waited = waiting;
    waiting = null;
    if (waited != null) {
      executor.execute(
          () -> waited.completed(new StreamException(StreamError.ABORTED, "closed"), 0));
    }
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    close();
    Completions.immediately(handler, executor, null, 0);
  }

  @Override
  public StreamExecutor executor() {
    return executor;
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public <T> T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : null;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Completions;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A next layer that counts what it is given, and has one thing to say. */
final class Sink implements AsyncStream {
  private final ManualExecutor executor;
  private ByteBuffer input = ByteBuffer.allocate(0);
  private boolean answer;
  long bytes;
  long writes;
  final ByteBuffer first = ByteBuffer.allocate(14);
  private boolean open = true;

  Sink(ManualExecutor executor) {
    this.executor = executor;
  }

  /** Opens a stream over this, which has counted nothing afterwards. */
  void open(WebSocketStream stream, Role role) {
    if (role == Role.SERVER) {
      Recorded<UpgradeRequest> accept = new Recorded<>("accept");
      input = StandardCharsets.ISO_8859_1.encode(Harness.request());
      stream.asyncAccept(accept);
      executor.runUntilIdle();
      accept.result();
    } else {
      Recorded<UpgradeResponse> handshake = new Recorded<>("handshake");
      answer = true;
      stream.asyncHandshake("example.com", "/", handshake);
      executor.runUntilIdle();
      handshake.result();
    }
    bytes = 0;
    writes = 0;
  }

  @Override
  public StreamExecutor executor() {
    return executor;
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    int n = Math.min(target.remaining(), input.remaining());
    target.put(input.slice().limit(n));
    input.position(input.position() + n);
    Completions.immediately(handler, executor, null, n);
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    if (input.hasRemaining()) {
      Completions.immediately(handler, executor, null, 0);
    } else {
      Completions.immediately(
          handler, executor, new StreamException(StreamError.EOF, "nothing more"), 0);
    }
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    if (answer) {
      String request = StandardCharsets.ISO_8859_1.decode(sources[0].duplicate()).toString();
      input = StandardCharsets.ISO_8859_1.encode(RawPeer.response(request));
      answer = false;
    }
    if (bytes == 0) {
      first.clear().put(sources[0].slice().limit(Math.min(14, sources[0].remaining())));
    }
    long n = 0;
    for (ByteBuffer source : sources) {
      n += source.remaining();
      source.position(source.limit());
    }
    bytes += n;
    writes++;
    Completions.immediately(handler, executor, null, n);
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    close();
    Completions.immediately(handler, executor, null, 0);
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public <T> T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : null;
  }
}

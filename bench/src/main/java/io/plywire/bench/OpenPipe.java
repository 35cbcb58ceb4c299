// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket stream in one role over a pipe in memory. The opening handshake is done; from there
 * on the benchmark speaks for the peer, in bytes.
 */
final class OpenPipe {
  private static final int WINDOW = 1 << 20;

  final Turns turns = new Turns();
  final WebSocketStream stream;
  final InMemoryStream peer;
  private final InMemoryStream end;
  private final ByteBuffer[] one = new ByteBuffer[1];

  OpenPipe(Role role, WebSocketOptions options) {
    InMemoryPipe pipe = InMemoryPipe.builder(turns).windowBytes(WINDOW).build();
    WebSocketOptions quiet = options.withTimeouts(Timeouts.none());
    WebSocketStream client = new WebSocketStream(pipe.client(), quiet);
    WebSocketStream server = new WebSocketStream(pipe.server(), quiet);
    boolean[] opened = new boolean[2];
    client.asyncHandshake("example.com", "/", (error, response) -> opened[0] = error == null);
    server.asyncAccept((error, request) -> opened[1] = error == null);
    turns.run();
    if (!opened[0] || !opened[1]) {
      throw new IllegalStateException("the handshake failed");
    }
    stream = role == Role.CLIENT ? client : server;
    peer = role == Role.CLIENT ? pipe.server() : pipe.client();
    end = role == Role.CLIENT ? pipe.client() : pipe.server();
  }

  /** Returns the stream's own end of the pipe, for those who do without the stream. */
  InMemoryStream end() {
    return end;
  }

  /** Lets the peer send bytes. */
  void send(ByteBuffer bytes, IoHandler handler) {
    one[0] = bytes;
    peer.asyncWriteSome(one, handler);
  }

  /** Lets the peer read whatever comes, for ever. */
  Drain drain() {
    Drain drain = new Drain(peer);
    drain.next();
    turns.run();
    return drain;
  }

  /** Reads what comes and forgets it. */
  static final class Drain implements IoHandler {
    private final InMemoryStream end;
    private final ByteBuffer memory = ByteBuffer.allocateDirect(128 << 10);
    long bytes;

    private Drain(InMemoryStream end) {
      this.end = end;
    }

    private void next() {
      end.asyncReadSome(memory.clear(), this);
    }

    @Override
    public void completed(@Nullable IOException error, long n) {
      require(error);
      bytes += n;
      next();
    }
  }

  /** Counts what was done. */
  static class Count implements IoHandler {
    long bytes;

    @Override
    public void completed(@Nullable IOException error, long n) {
      require(error);
      bytes += n;
    }
  }

  private static void require(@Nullable IOException error) {
    if (error != null) {
      throw new IllegalStateException(error);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryOptions;
import io.plywire.inmemory.InMemoryRegistry;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.Handler;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** A server and a client in memory, on one executor that a test runs by hand, step by step. */
public final class Rig implements AutoCloseable {
  public static final String URI = "ws+memory://rig/";
  private static final long MAX_TASKS = 1_000_000;

  public final ManualExecutor executor = new ManualExecutor();
  public final WebSocketClient client;

  /** The server's streams, in the order in which they were accepted. */
  public final List<WebSocketStream> accepted = new ArrayList<>();

  private final InMemoryTransport transport =
      new InMemoryTransport(executor, new InMemoryRegistry());
  private final List<WebSocketStream> connected = new ArrayList<>();
  private final int windowBytes;
  private WebSocketServer server;
  private long blowAt = -1;
  private Runnable blow = () -> {};

  /**
   * Makes a server and a client.
   *
   * @param windowBytes how much each direction of a connection holds
   */
  public Rig(int windowBytes) {
    this.windowBytes = windowBytes;
    WebSocketOptions quiet = WebSocketOptions.defaults().withTimeouts(Timeouts.none());
    client =
        WebSocketClient.builder()
            .transport(transport)
            .with(InMemoryOptions.WINDOW_BYTES, windowBytes)
            .options(quiet)
            .build();
    serve((stream, request) -> {});
  }

  /** Serves another application from now on. */
  public void serve(WebSocketServer.ConnectionHandler application) {
    if (server != null) {
      server.close();
    }
    try {
      server =
          WebSocketServer.builder()
              .transport(transport)
              .with(InMemoryOptions.WINDOW_BYTES, windowBytes)
              .options(WebSocketOptions.defaults().withTimeouts(Timeouts.none()))
              .listen(
                  URI,
                  (stream, request) -> {
                    accepted.add(stream);
                    application.opened(stream, request);
                  });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a client's stream, the server's is the last accepted one. */
  public WebSocketStream connect() {
    Handler<WebSocketStream> keep = (error, stream) -> connected.add(stream);
    client.asyncConnect(URI, keep);
    run();
    return connected.get(connected.size() - 1);
  }

  public WebSocketStream peer() {
    return accepted.get(accepted.size() - 1);
  }

  /** Has something done before the task of that number. */
  public void disturbAt(long step, Runnable what) {
    blowAt = executor.stepsRun() + step;
    blow = what;
  }

  /** Tells whether the disturbance has taken place. */
  public boolean wasDisturbed() {
    return blowAt < 0;
  }

  /** Lets everything happen that can. */
  public void run() {
    for (long i = 0; i < MAX_TASKS; i++) {
      if (executor.stepsRun() == blowAt) {
        blowAt = -1;
        blow.run();
      }
      if (!executor.runOne()) {
        return;
      }
    }
    throw new AssertionError("it never ends");
  }

  /** Breaks the connection of a stream, as a network does. */
  public static void reset(WebSocketStream stream) {
    stream.nextLayer().layer(InMemoryStream.class).reset();
  }

  /** Ends everything, and demands that nothing is left. */
  @Override
  public void close() {
    server.close();
    connected.forEach(WebSocketStream::abort);
    accepted.forEach(WebSocketStream::abort);
    run();
    assertThat(executor.pendingTimers()).as("timers left").isZero();
    assertThat(executor.buffers().outstanding()).as("buffers left").isZero();
  }
}

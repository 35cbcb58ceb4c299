// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import io.plywire.bench.echo.Upgrade;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The floors: one thread with one selector, that accepts, answers the upgrade, and hands the
 * connection over to the kind of echo. What happens then is all that the kind chooses to do.
 */
final class SelectorServer implements EchoServer {
  private static final int BACKLOG = 1024;
  private static final int MAX_REQUEST_BYTES = 4096;

  /** What is called when a connection is ready. */
  @FunctionalInterface
  interface Stage {
    /** Reads and writes what can be; an exception ends the connection. */
    void ready() throws IOException;
  }

  /** Makes the echo of a connection that was upgraded. */
  @FunctionalInterface
  interface Kind {
    Stage echo(SocketChannel channel, SelectionKey key);
  }

  private final Kind kind;
  private final Selector selector = Selector.open();
  private final ServerSocketChannel listener = ServerSocketChannel.open();
  private final Thread thread = new Thread(this::loop, "floor");
  private final int port;
  private volatile boolean closed;

  SelectorServer(Kind kind) throws IOException {
    this.kind = kind;
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    listener.configureBlocking(false);
    listener.register(selector, SelectionKey.OP_ACCEPT).attach((Stage) this::accept);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public int port() {
    return port;
  }

  private void loop() {
    Consumer<SelectionKey> serve = SelectorServer::serve;
    try {
      while (!closed) {
        selector.select(serve);
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void serve(SelectionKey key) {
    try {
      ((Stage) key.attachment()).ready();
    } catch (IOException e) {
      try {
        key.channel().close();
      } catch (IOException again) {
        e.addSuppressed(again);
        throw new UncheckedIOException(e);
      }
    }
  }

  private void accept() throws IOException {
    SocketChannel channel;
    while ((channel = listener.accept()) != null) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      key.attach(new Upgrading(channel, key));
    }
  }

  /** Waits for the request. */
  private final class Upgrading implements Stage {
    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer request = ByteBuffer.allocate(MAX_REQUEST_BYTES);

    Upgrading(SocketChannel channel, SelectionKey key) {
      this.channel = channel;
      this.key = key;
    }

    @Override
    public void ready() throws IOException {
      if (channel.read(request) < 0) {
        channel.close();
        return;
      }
      byte[] answer =
          Upgrade.answer(
              new String(request.array(), 0, request.position(), StandardCharsets.ISO_8859_1));
      if (answer != null) {
        // A fresh socket takes so little at once.
        if (channel.write(ByteBuffer.wrap(answer)) < answer.length) {
          throw new IOException("the answer did not fit the socket's buffer");
        }
        key.attach(Objects.requireNonNull(kind.echo(channel, key)));
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup(); // the thread does the rest
  }
}

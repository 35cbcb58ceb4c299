// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import io.plywire.bench.echo.Upgrade;
import io.plywire.bench.echo.wire.Security;
import io.plywire.bench.echo.wire.TlsSetup;
import io.plywire.bench.echo.wire.Wire;
import io.plywire.bench.echo.wire.Wires;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The floors: threads with a selector each, usually one. The first accepts and deals connections to
 * all; each answers the upgrade and hands the connection over to the kind of echo. What happens
 * then is all that the kind chooses to do.
 */
final class SelectorServer {
  /** What is called when a connection is ready. */
  @FunctionalInterface
  interface Stage {
    /** Reads and writes what can be; an exception ends the connection. */
    void ready() throws IOException;
  }

  /** Makes the echo of a connection that was upgraded. It has the wire and its key from then on. */
  @FunctionalInterface
  interface Kind {
    Stage echo(Wire wire, SelectionKey key, Block.Pool pool);
  }

  private final Kind kind;
  private final ServerSocketChannel listener = ServerSocketChannel.open();
  private final List<Loop> loops = new ArrayList<>();
  private int turn; // of the loop that gets the next connection
  private volatile boolean closed;

  private SelectorServer(Kind kind) throws IOException {
    this.kind = kind;
  }

  /** Starts an echo of bytes on so many threads. */
  static EchoServer bytes(Security security, int loops) throws IOException {
    return start(ByteEcho::new, security, loops);
  }

  /** Starts an echo of messages on so many threads. */
  static EchoServer messages(Security security, int loops) throws IOException {
    return start(MessageEcho::new, security, loops);
  }

  private static EchoServer start(Kind kind, Security security, int loops) throws IOException {
    SelectorServer server = new SelectorServer(kind);
    server.start(security.server(), loops);
    int port = ((InetSocketAddress) server.listener.getLocalAddress()).getPort();
    return new EchoServer(port, server::stop);
  }

  private void start(@Nullable TlsSetup tls, int threads) throws IOException {
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), EchoServer.BACKLOG);
    listener.configureBlocking(false);
    for (int i = 0; i < threads; i++) {
      loops.add(new Loop(new Wires(tls)));
    }
    listener.register(loops.get(0).selector, SelectionKey.OP_ACCEPT).attach((Stage) this::accept);
    for (Loop each : loops) {
      Thread thread = new Thread(each, "floor");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Runs on the first loop. */
  private void accept() throws IOException {
    SocketChannel channel;
    while ((channel = listener.accept()) != null) {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      Loop loop = loops.get(turn);
      turn = (turn + 1) % loops.size();
      if (loop == loops.get(0)) {
        loop.adopt(channel);
      } else {
        loop.dealt.add(channel);
        loop.selector.wakeup();
      }
    }
  }

  /** A thread, its selector, and what its connections share. */
  private final class Loop implements Runnable {
    private final Wires wires;
    private final Block.Pool pool;
    private final Selector selector = Selector.open();
    private final Queue<SocketChannel> dealt = new ConcurrentLinkedQueue<>(); // by the first loop
    private final ByteBuffer request = ByteBuffer.allocateDirect(Wires.IN_BYTES);
    private final ByteBuffer answer;

    Loop(Wires wires) throws IOException {
      this.wires = wires;
      pool = new Block.Pool(wires.isDirect());
      byte[] fixed = Upgrade.answer();
      answer = ByteBuffer.allocateDirect(fixed.length).put(fixed);
    }

    @Override
    public void run() {
      Consumer<SelectionKey> serve = SelectorServer::serve;
      try {
        while (!closed) {
          selector.select(serve);
          SocketChannel channel;
          while ((channel = dealt.poll()) != null) {
            adopt(channel);
          }
        }
        for (SelectionKey key : selector.keys()) {
          key.channel().close();
        }
        selector.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void adopt(SocketChannel channel) throws IOException {
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      key.attach(new Upgrading(wires.server(channel), key));
    }

    /**
     * Shakes hands if there is TLS, waits for the end of the request, and sends the answer that
     * fits the load generator's: all that a handshake takes if nobody looks.
     */
    private final class Upgrading implements Stage {
      private static final int END = 0x0D0A_0D0A; // of the request: two ends of lines

      private final Wire wire;
      private final SelectionKey key;
      private boolean secured;
      private int last; // the four bytes that came last

      Upgrading(Wire wire, SelectionKey key) {
        this.wire = wire;
        this.key = key;
      }

      @Override
      public void ready() throws IOException {
        if (!secured) {
          secured = wire.handshake();
          if (!secured) {
            return;
          }
        }
        if (wire.read(request.clear()) < 0) {
          wire.close();
          return;
        }
        for (int i = Math.max(0, request.position() - Integer.BYTES); i < request.position(); i++) {
          last = (last << Byte.SIZE) | (request.get(i) & 0xFF);
        }
        if (last == END) {
          // A fresh socket takes so little at once.
          if (wire.write(answer.rewind()) < answer.capacity() || !wire.flush()) {
            throw new IOException("the answer did not fit the socket's buffer");
          }
          key.attach(Objects.requireNonNull(kind.echo(wire, key, pool)));
        }
      }
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

  private void stop() {
    closed = true;
    loops.forEach(loop -> loop.selector.wakeup()); // the threads do the rest
  }
}

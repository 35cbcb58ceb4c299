// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Forwards TCP connections, and does to each what its {@link Talk} is to suffer. One thread; each
 * line has a port of its own for one connection, so that it is known whose it is.
 */
final class Relay implements AutoCloseable {
  private final Selector selector = Selector.open();
  private final Queue<Line> coming = new ConcurrentLinkedQueue<>();
  private final List<Line> lines = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "soak-relay");
  private volatile boolean closed;

  Relay() throws IOException {
    thread.setDaemon(true);
    thread.start();
  }

  /** Opens a line to a port of this machine. */
  Line line(int target, Talk talk) throws IOException {
    Line line = new Line(target, talk);
    coming.add(line);
    selector.wakeup();
    return line;
  }

  private void run() {
    try {
      while (!closed) {
        long wait = 1_000;
        for (Line line : lines) {
          wait = Math.min(wait, line.waitMillis());
        }
        selector.select(Math.max(1, wait));
        selector.selectedKeys().clear();
        for (Line line; (line = coming.poll()) != null; ) {
          lines.add(line);
          line.acceptor.register(selector, SelectionKey.OP_ACCEPT);
        }
        for (Line line : lines) {
          line.turn();
        }
        lines.removeIf(line -> line.gone);
      }
      for (Line line : lines) {
        line.cut();
      }
      selector.close();
    } catch (IOException e) {
      e.printStackTrace(System.out);
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One connection. */
  final class Line {
    private final ServerSocketChannel acceptor = ServerSocketChannel.open();
    private final InetSocketAddress target;
    private final Talk talk;
    private final Random random;
    private final long at;
    private final boolean watchesClient;
    private @Nullable SocketChannel client;
    private @Nullable SocketChannel server;
    private @Nullable Way forth;
    private @Nullable Way back;
    private boolean acted;
    private long pausedUntil;
    private boolean vanished;
    private volatile boolean ending;
    private boolean gone;

    private Line(int port, Talk talk) throws IOException {
      this.talk = talk;
      random = new Random(talk.number() * 7919L + 2);
      at = random.nextInt(random.nextBoolean() ? 3_000 : 200_000);
      watchesClient = random.nextBoolean();
      InetAddress here = InetAddress.getLoopbackAddress();
      target = new InetSocketAddress(here, port);
      acceptor.bind(new InetSocketAddress(here, 0));
      acceptor.configureBlocking(false);
    }

    int port() throws IOException {
      return ((InetSocketAddress) acceptor.getLocalAddress()).getPort();
    }

    /** Lets go of it, whatever is left. */
    void end() {
      ending = true;
      selector.wakeup();
    }

    private long waitMillis() {
      long now = System.nanoTime();
      long due = pausedUntil > now ? pausedUntil : Long.MAX_VALUE;
      for (Way way : new Way[] {forth, back}) {
        if (way != null && way.dueNanos > now && way.bytes.hasRemaining()) {
          due = Math.min(due, way.dueNanos);
        }
      }
      return due == Long.MAX_VALUE ? 1_000 : (due - now) / 1_000_000 + 1;
    }

    private void turn() {
      try {
        if (ending) {
          cut();
        } else if (client == null) {
          accept();
        } else if (server.isConnectionPending() && !server.finishConnect()) {
          return;
        } else if (!vanished && System.nanoTime() >= pausedUntil) {
          pump();
        }
      } catch (IOException | CancelledKeyException e) {
        reset(client);
        reset(server);
        cut();
      }
    }

    private void accept() throws IOException {
      client = acceptor.accept();
      if (client == null) {
        return;
      }
      acceptor.close();
      server = SocketChannel.open();
      for (SocketChannel channel : new SocketChannel[] {client, server}) {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      server.connect(target);
      client.register(selector, 0);
      server.register(selector, SelectionKey.OP_CONNECT);
      forth = new Way(client, server);
      back = new Way(server, client);
    }

    private void pump() throws IOException {
      forth.move();
      if (!gone) {
        back.move();
      }
      if (gone) {
        return;
      }
      if (forth.ended && back.ended) {
        cut();
        return;
      }
      boolean stands = vanished || pausedUntil > System.nanoTime();
      client.keyFor(selector).interestOps(stands ? 0 : forth.reads() | back.writes());
      server.keyFor(selector).interestOps(stands ? 0 : back.reads() | forth.writes());
    }

    private boolean isDue(Way way) {
      return !acted && (way == forth) == watchesClient && way.passed >= at;
    }

    /** Does what is planned for after so many bytes; returns whether nothing may follow now. */
    private boolean act() throws IOException {
      acted = true;
      switch (talk.fault()) {
        case PAUSE -> {
          pausedUntil = System.nanoTime() + (200 + random.nextInt(500)) * 1_000_000L;
          talk.tookEffect();
          return true;
        }
        case RESET -> {
          talk.tookEffect();
          reset(client);
          reset(server);
          cut();
          return true;
        }
        case HALF_RESET -> {
          talk.tookEffect();
          reset(random.nextBoolean() ? client : server);
          cut();
          return true;
        }
        case END -> {
          talk.tookEffect();
          cut();
          return true;
        }
        case VANISH -> {
          talk.tookEffect();
          vanished = true;
          client.keyFor(selector).interestOps(0);
          server.keyFor(selector).interestOps(0);
          return true;
        }
        default -> {
          return false;
        }
      }
    }

    private void reset(@Nullable SocketChannel channel) {
      try {
        if (channel != null && channel.isOpen()) {
          channel.setOption(StandardSocketOptions.SO_LINGER, 0);
          channel.close();
        }
      } catch (IOException e) {
        cut();
      }
    }

    private void cut() {
      gone = true;
      try {
        acceptor.close();
        if (client != null) {
          client.close();
        }
        if (server != null) {
          server.close();
        }
      } catch (IOException e) {
        e.printStackTrace(System.out);
      }
    }

    /** One direction. */
    private final class Way {
      private final SocketChannel from;
      private final SocketChannel to;
      private final ByteBuffer bytes = ByteBuffer.allocate(16 * 1024).flip();
      private long dueNanos;
      private long passed;
      private boolean endRead;
      private boolean ended;

      Way(SocketChannel from, SocketChannel to) {
        this.from = from;
        this.to = to;
      }

      int reads() {
        return endRead || bytes.hasRemaining() ? 0 : SelectionKey.OP_READ;
      }

      int writes() {
        return bytes.hasRemaining() && System.nanoTime() >= dueNanos ? SelectionKey.OP_WRITE : 0;
      }

      void move() throws IOException {
        if (isDue(this) && act()) {
          return;
        }
        if (!bytes.hasRemaining() && !endRead) {
          read();
        }
        if (bytes.hasRemaining() && System.nanoTime() >= dueNanos) {
          passed += to.write(bytes);
        }
        if (endRead && !bytes.hasRemaining() && !ended) {
          ended = true;
          to.shutdownOutput();
        }
      }

      private void read() throws IOException {
        bytes.clear();
        if (!acted && (this == forth) == watchesClient) {
          bytes.limit((int) Math.min(bytes.capacity(), Math.max(1, at - passed)));
        }
        if (talk.fault() == Fault.CUTS) {
          bytes.limit(
              Math.min(bytes.limit(), 1 + random.nextInt(random.nextInt(4) == 0 ? 20 : 4_000)));
          talk.tookEffect();
        }
        endRead = from.read(bytes) < 0;
        bytes.flip();
        if (talk.fault() == Fault.DELAYS && bytes.hasRemaining() && random.nextInt(4) == 0) {
          dueNanos = System.nanoTime() + random.nextInt(50) * 1_000_000L;
          talk.tookEffect();
        }
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.transport.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TCP address of the loopback interface that answers nothing, because nobody accepts and there is
 * no place left for connections that wait. That is how Linux does it; where others refuse, or let
 * any number wait, there is no such address.
 */
public final class FullBacklog implements Closeable {
  private static final int MOST = 64;

  /** A connect on the loopback interface is done when its call returns, or as good as. */
  private static final long DONE_MILLIS = 100;

  private final ServerSocketChannel listener;
  private final List<SocketChannel> waiting = new ArrayList<>();

  private FullBacklog(ServerSocketChannel listener) {
    this.listener = listener;
  }

  /** Opens one, or returns null if this system has none. */
  public static @Nullable FullBacklog open() throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    FullBacklog full = new FullBacklog(listener);
    try {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      for (int i = 0; i < MOST; i++) {
        if (!full.isAnswered()) {
          return full;
        }
      }
    } catch (IOException e) {
      // It refuses.
    }
    full.close();
    return null;
  }

  /** Connects once more; returns whether that was answered. */
  private boolean isAnswered() throws IOException {
    SocketChannel channel = SocketChannel.open();
    waiting.add(channel);
    channel.configureBlocking(false);
    if (channel.connect(listener.getLocalAddress())) {
      return true;
    }
    try (Selector selector = Selector.open()) {
      channel.register(selector, SelectionKey.OP_CONNECT);
      return selector.select(DONE_MILLIS) > 0 && channel.finishConnect();
    }
  }

  /** Returns the address. */
  public Endpoint endpoint() throws IOException {
    InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
    return Endpoint.parse("ws://127.0.0.1:" + address.getPort() + "/");
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : waiting) {
      channel.close();
    }
    listener.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.selector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One thread that waits for many channels, and posts to their streams what it hears. */
final class Poller {
  private final Selector selector;

  Poller() throws IOException {
    selector = Selector.open();
    Thread thread = new Thread(this::run, "poller");
    thread.setDaemon(true);
    thread.start();
  }

  SelectionKey register(SocketChannel channel, SelectorStream stream) throws IOException {
    return channel.register(selector, 0, stream);
  }

  /** Has the stream told once that its channel is ready. */
  void await(SelectionKey key, int operation) {
    key.interestOpsOr(operation);
    selector.wakeup();
  }

  void close(SocketChannel channel) throws IOException {
    channel.close();
    selector.wakeup(); // which lets go of the descriptor
  }

  private void run() {
    try {
      while (true) {
        selector.select(Poller::ready);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void ready(SelectionKey key) {
    SelectorStream stream = (SelectorStream) key.attachment();
    try {
      int ready = key.readyOps();
      key.interestOpsAnd(~ready); // until it is awaited again
      if ((ready & SelectionKey.OP_READ) != 0) {
        stream.executor().execute(stream.onReadable);
      }
      if ((ready & SelectionKey.OP_WRITE) != 0) {
        stream.executor().execute(stream.onWritable);
      }
    } catch (CancelledKeyException e) {
      // The stream was closed meanwhile, and needs nothing any more.
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/** One thread with a selector that tells many channels' streams once that they can go on. */
final class Poller {
  static final Poller SHARED = new Poller();

  private final Selector selector;

  private Poller() {
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Threads.named("odd-poller").newThread(this::run).start();
  }

  /** The attachment is what is run when the channel can go on. */
  SelectionKey register(SelectableChannel channel, Runnable whenReadable, Runnable whenWritable)
      throws IOException {
    channel.configureBlocking(false);
    return channel.register(selector, 0, new Runnable[] {whenReadable, whenWritable});
  }

  void await(SelectionKey key, int operation) {
    key.interestOpsOr(operation);
    selector.wakeup();
  }

  void close(SelectableChannel channel) throws IOException {
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
    Runnable[] tell = (Runnable[]) key.attachment();
    try {
      int ready = key.readyOps();
      key.interestOpsAnd(~ready); // until it is awaited again
      if ((ready & SelectionKey.OP_READ) != 0) {
        tell[0].run();
      }
      if ((ready & SelectionKey.OP_WRITE) != 0) {
        tell[1].run();
      }
    } catch (CancelledKeyException e) {
      // The stream was closed meanwhile, and needs nothing any more.
    }
  }
}

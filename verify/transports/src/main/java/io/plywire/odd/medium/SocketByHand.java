// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.tck.StreamPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/** A socket with a loop of its own kind: no line of the skeletons, and none of spi-nio. */
public final class SocketByHand extends LockedStream {
  private final SocketChannel socket;
  private final SelectionKey key;
  private final String name;
  private boolean readable; // as far as the selector has said

  @SuppressWarnings("this-escape") // the key has no interest yet
  private SocketByHand(SocketChannel socket) throws IOException {
    super(OwnLoop.SHARED, new ReentrantLock());
    this.socket = socket;
    name = "by hand " + socket.getLocalAddress() + "-" + socket.getRemoteAddress();
    socket.configureBlocking(false);
    key = socket.register(OwnLoop.SHARED.selector, 0, this);
  }

  /** Makes both ends of a connection. */
  public static StreamPair pair(Sockets.Ends ends) throws IOException {
    return new StreamPair(new SocketByHand(ends.client()), new SocketByHand(ends.server()));
  }

  /** On the loop's thread. */
  void selected(int operations) {
    lock.lock();
    try {
      readable |= (operations & SelectionKey.OP_READ) != 0;
    } finally {
      lock.unlock();
    }
    ready();
  }

  @Override
  int tryRead(ByteBuffer target) throws IOException {
    int n = socket.read(target);
    readable = n < 0; // else the selector has to say so anew
    return n;
  }

  @Override
  boolean isReadable() {
    return readable;
  }

  @Override
  long tryWrite(ByteBuffer[] sources) throws IOException {
    return socket.write(sources);
  }

  @Override
  void await(boolean reading, boolean writing) {
    key.interestOpsOr((reading ? SelectionKey.OP_READ : 0) | (writing ? SelectionKey.OP_WRITE : 0));
    OwnLoop.SHARED.selector.wakeup();
  }

  @Override
  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  @Override
  void closeMedium() {
    try {
      socket.close();
    } catch (IOException e) {
      System.getLogger("odd").log(System.Logger.Level.DEBUG, "closing failed", e);
    }
    OwnLoop.SHARED.selector.wakeup(); // which lets go of the descriptor
  }

  @Override
  public String toString() {
    return name;
  }
}

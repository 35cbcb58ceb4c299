// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers.tomcat;

import io.plywire.spi.ExecutorAdapter;
import io.plywire.spi.ReadinessStream;
import io.plywire.transport.PeerAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** A socket of Tomcat's NIO connector, with or without TLS; on the threads of the connector. */
final class TomcatStream extends ReadinessStream implements PeerAddress {
  private static final int MOST_AT_ONCE = 64 << 10;

  private final SocketWrapperBase<?> socket;
  private final SocketAddress local;
  private final SocketAddress remote;
  private boolean nothingLeft; // the last read has found nothing, in no buffer of Tomcat's either

  TomcatStream(SocketWrapperBase<?> socket) {
    super(new ExecutorAdapter(socket::execute));
    this.socket = socket;
    // Tomcat forgets them when it closes the socket.
    this.local = new InetSocketAddress(socket.getLocalAddr(), socket.getLocalPort());
    this.remote = new InetSocketAddress(socket.getRemoteAddr(), socket.getRemotePort());
  }

  /** Takes what Tomcat tells, on any thread; returns whether it may go on. */
  boolean told(SocketEvent event) {
    switch (event) {
      case OPEN_READ -> executor().execute(this::readable);
      case OPEN_WRITE -> executor().execute(this::writable);
      default -> {
        executor().execute(() -> failed(new IOException("the server has ended it: " + event)));
        return false;
      }
    }
    return true;
  }

  @Override
  protected int tryRead(ByteBuffer target) throws IOException {
    int n = socket.read(false, target.slice()); // whose limit Tomcat moves
    nothingLeft = n == 0;
    target.position(target.position() + Math.max(0, n));
    return n;
  }

  @Override
  protected void awaitReadable() throws IOException {
    if (!nothingLeft && socket.isReadyForRead()) {
      executor().execute(this::readable);
    } else {
      socket.registerReadInterest();
    }
  }

  @Override
  protected long tryWrite(ByteBuffer[] sources) throws IOException {
    if (!tryFlush()) {
      return 0; // Tomcat would take any amount
    }
    int accepted = 0;
    for (ByteBuffer source : sources) {
      int n = Math.min(source.remaining(), MOST_AT_ONCE - accepted);
      socket.write(false, source.slice(source.position(), n));
      source.position(source.position() + n);
      accepted += n;
    }
    tryFlush();
    return accepted;
  }

  @Override
  protected void awaitWritable() throws IOException {
    if (tryFlush()) {
      executor().execute(this::writable);
    } else {
      socket.registerWriteInterest();
    }
  }

  @Override
  protected boolean tryFlush() throws IOException {
    return !socket.flush(false);
  }

  @Override
  protected void shutdownOutput() throws IOException {
    NioChannel channel = (NioChannel) socket.getSocket();
    if (channel.getClass() != NioChannel.class) {
      channel.close(); // says goodbye in TLS, and no more
    }
    channel.getIOChannel().shutdownOutput();
  }

  @Override
  protected void closeNow() {
    socket.close();
  }

  @Override
  public SocketAddress localAddress() {
    return local;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remote;
  }

  @Override
  public String toString() {
    return "tomcat " + local + "-" + remote;
  }
}

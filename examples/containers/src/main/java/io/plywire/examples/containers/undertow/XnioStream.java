// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers.undertow;

import io.plywire.spi.ExecutorAdapter;
import io.plywire.spi.ReadinessStream;
import io.plywire.transport.PeerAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.xnio.StreamConnection;

/** A connection of XNIO, with or without TLS, on its I/O thread. */
final class XnioStream extends ReadinessStream implements PeerAddress {
  private final StreamConnection connection;

  XnioStream(StreamConnection connection, ExecutorAdapter executor) {
    super(executor);
    this.connection = connection;
    // What XNIO tells is no task of the executor, and is told again and again.
    connection
        .getSourceChannel()
        .setReadListener(
            source -> {
              source.suspendReads();
              executor.execute(this::readable);
            });
    connection
        .getSinkChannel()
        .setWriteListener(
            sink -> {
              sink.suspendWrites();
              executor.execute(this::writable);
            });
    connection.setCloseListener(
        closed -> executor.execute(() -> failed(new IOException("the server has closed it"))));
  }

  @Override
  protected int tryRead(ByteBuffer target) throws IOException {
    return connection.getSourceChannel().read(target);
  }

  @Override
  protected long tryWrite(ByteBuffer[] sources) throws IOException {
    return connection.getSinkChannel().write(sources);
  }

  @Override
  protected void awaitReadable() {
    connection.getSourceChannel().resumeReads();
  }

  @Override
  protected void awaitWritable() {
    connection.getSinkChannel().resumeWrites();
  }

  @Override
  protected boolean tryFlush() throws IOException {
    return connection.getSinkChannel().flush();
  }

  @Override
  protected void shutdownOutput() throws IOException {
    connection.getSinkChannel().shutdownWrites();
    connection.getSinkChannel().flush();
  }

  @Override
  protected void closeNow() throws IOException {
    connection.close();
  }

  @Override
  public SocketAddress localAddress() {
    return connection.getLocalAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return connection.getPeerAddress();
  }

  @Override
  public String toString() {
    return "xnio " + localAddress() + "-" + remoteAddress();
  }
}

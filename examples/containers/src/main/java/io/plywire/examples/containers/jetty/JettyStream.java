// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers.jetty;

import io.plywire.spi.CompletionStream;
import io.plywire.spi.ExecutorAdapter;
import io.plywire.transport.PeerAddress;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;

/** An end point of Jetty, with or without TLS, that belongs to nobody else. */
final class JettyStream extends CompletionStream implements PeerAddress {
  private final EndPoint endPoint;

  JettyStream(EndPoint endPoint, ExecutorAdapter executor) {
    super(executor);
    this.endPoint = endPoint;
  }

  /** Tells a completion what Jetty tells, on any thread; nothing is done there. */
  private record Told(Completion completion, int bytes) implements Callback {
    @Override
    public void succeeded() {
      completion.completed(bytes);
    }

    @Override
    public void failed(Throwable error) {
      completion.failed(error);
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }

  @Override
  protected void beginRead(ByteBuffer target, Completion completion) throws IOException {
    int n = endPoint.fill(target.slice().limit(0)); // Jetty fills behind what there is
    if (n != 0) {
      completion.completed(n);
    } else {
      endPoint.fillInterested(new Told(completion, 0)); // nothing yet, so this is called again
    }
  }

  @Override
  protected void beginWrite(ByteBuffer source, Completion completion) {
    endPoint.write(new Told(completion, source.remaining()), source);
  }

  @Override
  protected void shutdownOutput() {
    endPoint.shutdownOutput();
  }

  @Override
  protected void closeNow() {
    endPoint.close();
  }

  @Override
  public SocketAddress localAddress() {
    return endPoint.getLocalSocketAddress();
  }

  @Override
  public SocketAddress remoteAddress() {
    return endPoint.getRemoteSocketAddress();
  }

  @Override
  public String toString() {
    return "jetty " + localAddress() + "-" + remoteAddress();
  }
}

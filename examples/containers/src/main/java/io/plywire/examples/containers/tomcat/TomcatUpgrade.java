// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers.tomcat;

import io.plywire.stream.AsyncStream;
import jakarta.servlet.http.WebConnection;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * What Tomcat gives a connection to. It asks for the socket, as Tomcat's own WebSockets do, since a
 * {@link WebConnection} cannot end one direction: a server ends its side first (RFC 6455 §7.1.1),
 * and reads on until the client has ended its own.
 */
public final class TomcatUpgrade implements InternalHttpUpgradeHandler {
  private @Nullable Consumer<AsyncStream> user;
  private @Nullable SocketWrapperBase<?> socket;
  private @Nullable TomcatStream stream;

  /** For Tomcat, which makes it. */
  public TomcatUpgrade() {}

  /** Sets who gets the stream, once there is one; runs on its executor. */
  void onStream(Consumer<AsyncStream> consumer) {
    user = consumer;
  }

  @Override
  public void setSocketWrapper(SocketWrapperBase<?> wrapper) {
    socket = wrapper;
  }

  @Override
  public boolean hasAsyncIO() {
    return true; // so Tomcat waits for nothing by itself
  }

  @Override
  public void init(@Nullable WebConnection connection) {
    TomcatStream made = new TomcatStream(Objects.requireNonNull(socket));
    Consumer<AsyncStream> consumer = Objects.requireNonNull(user);
    stream = made;
    made.executor().execute(() -> consumer.accept(made));
  }

  @Override
  public SocketState upgradeDispatch(SocketEvent event) {
    return Objects.requireNonNull(stream).told(event) ? SocketState.ASYNC_IO : SocketState.CLOSED;
  }

  @Override
  public void destroy() {
    TomcatStream made = stream;
    if (made != null) {
      made.told(SocketEvent.STOP);
    }
  }

  @Override
  public void pause() {
    // The server stops to accept; connections live on until it stops.
  }

  @Override
  public void timeoutAsync(long now) {
    // The WebSocket has clocks of its own.
  }

  @Override
  public void setSslSupport(@Nullable SSLSupport support) {
    // What is known of TLS stands in the request.
  }
}

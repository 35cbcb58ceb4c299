// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioOptions;
import io.plywire.nio.NioTransport;
import io.plywire.stream.AsyncStream;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Makes TLS handshakes, a few at a time, and leaves after each without a word. */
final class HandshakeAttacker implements Attack {
  private static final Duration AGAIN = Duration.ofMillis(10);

  private final NioEventLoopGroup group = new NioEventLoopGroup(1);
  private final NioTransport transport = new NioTransport(group);
  private final TlsContext context = Target.trusting();
  private final Endpoint endpoint;
  private final int port;
  private final int addresses;
  private final AtomicLong attempts = new AtomicLong();
  private volatile boolean over;

  HandshakeAttacker(Flood flood, Target target, int atOnce) {
    this.endpoint = Endpoint.parse("ws://" + Target.HOST + ":" + target.secure() + "/");
    this.port = target.secure();
    this.addresses = flood.addresses();
    for (int i = 0; i < atOnce; i++) {
      attack();
    }
  }

  private void attack() {
    if (over) {
      return;
    }
    long number = attempts.getAndIncrement();
    try {
      TransportOptions options =
          TransportOptions.defaults()
              .with(NioOptions.BIND_ADDRESS, Target.from((int) (number % addresses)));
      transport.asyncConnect(endpoint, options, this::connected);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private void connected(@Nullable IOException error, @Nullable AsyncStream stream) {
    if (stream == null) {
      again();
      return;
    }
    TlsStream.asyncHandshake(
        stream,
        context,
        Target.HOST,
        port,
        (failure, secured) -> {
          stream.close();
          again();
        });
  }

  private void again() {
    if (!over) {
      group.next().schedule(AGAIN, this::attack);
    }
  }

  @Override
  public long attempts() {
    return attempts.get();
  }

  @Override
  public void close() {
    over = true;
    group.close();
    try {
      group.awaitTermination(Duration.ofSeconds(60));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // they end by themselves
    }
  }
}

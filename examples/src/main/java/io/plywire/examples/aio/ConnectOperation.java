// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.aio;

import io.plywire.spi.OneShotOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import org.jspecify.annotations.Nullable;

/** Resolves a name on a thread, which may take its time, and connects. */
final class ConnectOperation extends OneShotOperation<AsyncStream>
    implements CompletionHandler<@Nullable Void, AsynchronousSocketChannel> {
  private final Endpoint remote;
  private final TransportOptions options;
  private @Nullable AsynchronousSocketChannel channel;

  ConnectOperation(
      StreamExecutor executor,
      Endpoint remote,
      TransportOptions options,
      Handler<AsyncStream> handler) {
    super(executor, handler);
    this.remote = remote;
    this.options = options;
  }

  @Override
  protected void start() {
    limit(options.connectTimeout());
    AioTransport.THREADS.execute(
        () -> {
          InetSocketAddress address = new InetSocketAddress(remote.address(), remote.port());
          streamExecutor().execute(() -> connect(address));
        });
  }

  private void connect(InetSocketAddress address) {
    if (isOver()) {
      return; // cancelled, or too late
    }
    try {
      AsynchronousSocketChannel opened =
          AsynchronousSocketChannel.open(AioTransport.Groups.CONNECTING);
      channel = opened;
      opened.connect(address, opened, this);
    } catch (IOException | RuntimeException e) {
      refuse(address.isUnresolved() ? StreamError.UNRESOLVED : StreamError.UNREACHABLE, e);
    }
  }

  @Override
  public void completed(@Nullable Void nothing, AsynchronousSocketChannel opened) {
    streamExecutor().execute(() -> connected(opened));
  }

  private void connected(AsynchronousSocketChannel opened) {
    try {
      succeed(new AioStream(opened, streamExecutor())); // closed again if this is over
    } catch (IOException e) {
      refuse(StreamError.RESET, e);
    }
  }

  @Override
  public void failed(Throwable error, AsynchronousSocketChannel opened) {
    streamExecutor().execute(() -> refuse(StreamError.REFUSED, error));
  }

  private void refuse(StreamError error, Throwable e) {
    fail(new StreamException(error, this + ": " + e, e));
  }

  @Override
  protected void ended(@Nullable IOException error) {
    if (error != null) {
      closeQuietly(channel); // which ends connect(), if that is still under way
    }
  }

  @Override
  public String toString() {
    return "connecting to " + remote;
  }
}

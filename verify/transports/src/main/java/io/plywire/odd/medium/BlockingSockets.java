// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.tck.StreamPair;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Blocking sockets, the oldest kind there is. */
public final class BlockingSockets {
  private BlockingSockets() {}

  /** Returns both ends of a connection with two threads for each end, which end with it. */
  public static StreamPair withThreads(Sockets.Ends ends) throws IOException {
    return both(ends, () -> Executors.newSingleThreadExecutor(Threads.named("odd-socket")));
  }

  /** Returns both ends of a connection with a virtual thread for each call. */
  public static StreamPair withVirtualThreads(Sockets.Ends ends) throws IOException {
    return both(ends, BlockingSockets::virtualThreads);
  }

  /** Returns whether this JVM has virtual threads. */
  public static boolean hasVirtualThreads() {
    return Runtime.version().feature() >= 21;
  }

  private static ExecutorService virtualThreads() {
    try {
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new UnsupportedOperationException("virtual threads are of Java 21", e);
    }
  }

  private static StreamPair both(Sockets.Ends ends, Supplier<ExecutorService> threads)
      throws IOException {
    return new StreamPair(one(ends.client(), threads), one(ends.server(), threads));
  }

  private static BlockingStream one(SocketChannel channel, Supplier<ExecutorService> threads)
      throws IOException {
    Socket socket = channel.socket();
    ExecutorService reader = threads.get();
    ExecutorService writer = threads.get();
    return new BlockingStream(
        "blocking " + socket.getLocalPort() + "-" + socket.getPort(),
        socket.getInputStream(),
        socket.getOutputStream(),
        reader,
        writer,
        socket::shutdownOutput,
        () -> {
          channel.close();
          reader.shutdown();
          writer.shutdown();
        });
  }
}

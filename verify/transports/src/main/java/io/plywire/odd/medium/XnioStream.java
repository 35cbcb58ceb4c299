// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.spi.ExecutorAdapter;
import io.plywire.spi.ReadinessStream;
import io.plywire.tck.StreamPair;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.xnio.ChannelPipe;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioIoThread;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** A connection of XNIO, on its I/O thread. */
public final class XnioStream extends ReadinessStream {
  private static final Map<XnioIoThread, ExecutorAdapter> EXECUTORS = new ConcurrentHashMap<>();

  private static final class Worker {
    static final XnioWorker WORKER = make();

    private static XnioWorker make() {
      try {
        return Xnio.getInstance()
            .createWorker(
                OptionMap.builder()
                    .set(Options.WORKER_IO_THREADS, 2)
                    .set(Options.THREAD_DAEMON, true)
                    .getMap());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  private final StreamConnection connection;

  private XnioStream(StreamConnection connection) {
    super(EXECUTORS.computeIfAbsent(connection.getIoThread(), ExecutorAdapter::new));
    this.connection = connection;
    connection
        .getSourceChannel()
        .setReadListener(
            source -> {
              source.suspendReads();
              executor().execute(this::readable);
            });
    connection
        .getSinkChannel()
        .setWriteListener(
            sink -> {
              sink.suspendWrites();
              executor().execute(this::writable);
            });
  }

  /** Makes both ends of a pipe for two directions, of XNIO. */
  public static StreamPair pipe() throws IOException {
    ChannelPipe<StreamConnection, StreamConnection> pipe =
        Worker.WORKER.createFullDuplexPipeConnection();
    return new StreamPair(new XnioStream(pipe.getLeftSide()), new XnioStream(pipe.getRightSide()));
  }

  /** Makes both ends of a connection by TCP. */
  public static StreamPair tcp() throws Exception {
    Map<SocketAddress, CompletableFuture<StreamConnection>> accepted = new ConcurrentHashMap<>();
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    OptionMap options = OptionMap.create(Options.TCP_NODELAY, true);
    try (AcceptingChannel<StreamConnection> listener =
        Worker.WORKER.createStreamConnectionServer(
            any, channel -> accept(channel, accepted), options)) {
      listener.resumeAccepts();
      StreamConnection client =
          Worker.WORKER
              .openStreamConnection(
                  listener.getLocalAddress(InetSocketAddress.class), null, options)
              .get();
      StreamConnection server =
          accepted
              .computeIfAbsent(client.getLocalAddress(), address -> new CompletableFuture<>())
              .get(30, TimeUnit.SECONDS);
      return new StreamPair(new XnioStream(client), new XnioStream(server));
    }
  }

  private static void accept(
      AcceptingChannel<StreamConnection> channel,
      Map<SocketAddress, CompletableFuture<StreamConnection>> accepted) {
    try {
      for (StreamConnection each = channel.accept(); each != null; each = channel.accept()) {
        accepted
            .computeIfAbsent(each.getPeerAddress(), address -> new CompletableFuture<>())
            .complete(each);
      }
    } catch (IOException e) {
      accepted.values().forEach(future -> future.completeExceptionally(e));
    }
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
  public String toString() {
    return "xnio " + connection.getLocalAddress() + "-" + connection.getPeerAddress();
  }
}

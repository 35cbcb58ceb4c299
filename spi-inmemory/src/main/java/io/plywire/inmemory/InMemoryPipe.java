// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.Durations;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Two connected streams in memory. Each direction has a window: so many bytes can be on their way,
 * then writing waits for the peer to read. A window of one byte is as good as any other for finding
 * out what depends on its size.
 *
 * {@snippet :
 * InMemoryPipe pipe = InMemoryPipe.builder(executor).windowBytes(1).build();
 * pipe.client().asyncWriteSome(sources, written);
 * pipe.server().asyncReadSome(target, read);
 * }
 *
 * <p>The ends may be on different executors. The names client and server are for the reader; both
 * ends can do the same.
 */
public final class InMemoryPipe {
  /** The window of each direction, in bytes, unless chosen otherwise. */
  public static final int DEFAULT_WINDOW_BYTES = 64 * 1024;

  /** How many bytes a teardown drains at most, unless chosen otherwise. */
  public static final long DEFAULT_TEARDOWN_BYTES = 16L * 1024 * 1024;

  /** How long a teardown waits for the peer at most, unless chosen otherwise. */
  public static final Duration DEFAULT_TEARDOWN_TIMEOUT = Duration.ofSeconds(5);

  private static final int MAX_WINDOW_BYTES = 1 << 30;

  private static final int SERVER_INPUT = 1;
  private static final int CLIENT_OUTPUT = 2;
  private static final int CLIENT_INPUT = 4;
  private static final int SERVER_OUTPUT = 8;

  /**
   * Guards both flows and the faults of both ends. Held while bytes are copied, never while foreign
   * code runs: wake-ups are noted in the flows and posted by {@link Held#close}.
   */
  final ReentrantLock lock = new ReentrantLock();

  final String name;
  final long maxTeardownBytes;
  final Duration teardownTimeout;
  private final boolean clientResets;
  private final boolean serverResets;

  private final Held held = new Held();
  private final Flow toServer;
  private final Flow toClient;
  private final InMemoryStream client;
  private final InMemoryStream server;

  private InMemoryPipe(Builder builder) {
    name = builder.name;
    maxTeardownBytes = builder.teardownBytes;
    teardownTimeout = builder.teardownTimeout;
    toServer = new Flow(builder.windowToServer);
    toClient = new Flow(builder.windowToClient);
    clientResets = builder.clientResets;
    serverResets = builder.serverResets;
    client = new InMemoryStream(this, Role.CLIENT, builder.clientExecutor);
    server = new InMemoryStream(this, Role.SERVER, builder.serverExecutor);
  }

  /**
   * Makes a pipe with both ends on one executor.
   *
   * @param executor the executor of both ends
   */
  public static InMemoryPipe create(StreamExecutor executor) {
    return builder(executor).build();
  }

  /**
   * Makes a pipe with its ends on two executors.
   *
   * @param clientExecutor the executor of the client
   * @param serverExecutor the executor of the server
   */
  public static InMemoryPipe create(StreamExecutor clientExecutor, StreamExecutor serverExecutor) {
    return builder(clientExecutor, serverExecutor).build();
  }

  /**
   * Starts to make a pipe with both ends on one executor.
   *
   * @param executor the executor of both ends
   */
  public static Builder builder(StreamExecutor executor) {
    return new Builder(executor, executor);
  }

  /**
   * Starts to make a pipe with its ends on two executors.
   *
   * @param clientExecutor the executor of the client
   * @param serverExecutor the executor of the server
   */
  public static Builder builder(StreamExecutor clientExecutor, StreamExecutor serverExecutor) {
    return new Builder(clientExecutor, serverExecutor);
  }

  /** Returns one end. */
  public InMemoryStream client() {
    return client;
  }

  /** Returns the other end. */
  public InMemoryStream server() {
    return server;
  }

  /**
   * The lock, held: what there is to do with the flows is done through this, and closing it leaves
   * the lock and wakes who waits for what has happened.
   */
  final class Held implements AutoCloseable {
    /** Returns what an end reads from. */
    Flow into(Role side) {
      return side == Role.SERVER ? toServer : toClient;
    }

    /** Returns what an end writes to. */
    Flow outOf(Role side) {
      return side == Role.SERVER ? toClient : toServer;
    }

    /** Leaves the lock; what is returned must be given to {@link #wake}. */
    int leave() {
      int due =
          (toServer.takeReaderDue() ? SERVER_INPUT : 0)
              | (toServer.takeWriterDue() ? CLIENT_OUTPUT : 0)
              | (toClient.takeReaderDue() ? CLIENT_INPUT : 0)
              | (toClient.takeWriterDue() ? SERVER_OUTPUT : 0);
      lock.unlock();
      return due;
    }

    @Override
    public void close() {
      wake(leave());
    }
  }

  /** Takes the lock. */
  Held hold() {
    lock.lock();
    return held;
  }

  boolean resetsOnClose(Role side) {
    return side == Role.CLIENT ? clientResets : serverResets;
  }

  /** Lets the connection break if it is time for it. Wants the lock held. */
  void checkCut(Flow flow) {
    if (flow.cutReached() == Flow.Cut.RESET) {
      Flow opposite = flow == toServer ? toClient : toServer;
      opposite.discard();
      opposite.breakOff();
      flow.breakOff();
    }
  }

  void wake(int due) {
    if ((due & SERVER_INPUT) != 0) {
      server.executor().execute(server.inputChanged);
    }
    if ((due & CLIENT_OUTPUT) != 0) {
      client.executor().execute(client.outputChanged);
    }
    if ((due & CLIENT_INPUT) != 0) {
      client.executor().execute(client.inputChanged);
    }
    if ((due & SERVER_OUTPUT) != 0) {
      server.executor().execute(server.outputChanged);
    }
  }

  @Override
  public String toString() {
    return "InMemoryPipe[" + name + "]";
  }

  /** Makes pipes. */
  public static final class Builder {
    private final StreamExecutor clientExecutor;
    private final StreamExecutor serverExecutor;
    private String name = "pipe";
    private int windowToServer = DEFAULT_WINDOW_BYTES;
    private int windowToClient = DEFAULT_WINDOW_BYTES;
    private long teardownBytes = DEFAULT_TEARDOWN_BYTES;
    private Duration teardownTimeout = DEFAULT_TEARDOWN_TIMEOUT;
    private boolean clientResets;
    private boolean serverResets;

    private Builder(StreamExecutor clientExecutor, StreamExecutor serverExecutor) {
      this.clientExecutor = Objects.requireNonNull(clientExecutor, "clientExecutor");
      this.serverExecutor = Objects.requireNonNull(serverExecutor, "serverExecutor");
    }

    /**
     * Sets the name that the ends show.
     *
     * @param shown the name
     */
    public Builder name(String shown) {
      name = Objects.requireNonNull(shown, "shown");
      return this;
    }

    /**
     * Sets the window of both directions.
     *
     * @param bytes how many bytes can be on their way, from 1 to 2<sup>30</sup>
     */
    public Builder windowBytes(int bytes) {
      return windowBytes(bytes, bytes);
    }

    /**
     * Sets the windows.
     *
     * @param toServer how many bytes can be on their way to the server, from 1 to 2<sup>30</sup>
     * @param toClient how many bytes can be on their way to the client
     */
    public Builder windowBytes(int toServer, int toClient) {
      windowToServer = checkWindow(toServer);
      windowToClient = checkWindow(toClient);
      return this;
    }

    /**
     * Bounds what a teardown drains.
     *
     * @param bytes how many bytes, at least 0
     */
    public Builder teardownBytes(long bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("a teardown cannot drain " + bytes + " bytes");
      }
      teardownBytes = bytes;
      return this;
    }

    /**
     * Bounds how long a teardown waits for the peer.
     *
     * @param timeout how long, by the clock of the end's executor; more than zero
     */
    public Builder teardownTimeout(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException(
            "a teardown cannot be bounded by " + Durations.text(timeout));
      }
      teardownTimeout = timeout;
      return this;
    }

    /**
     * Lets {@link InMemoryStream#close} of an end do what {@link InMemoryStream#reset} does. The
     * default is false for both.
     *
     * @param client whether the client's does
     * @param server whether the server's does
     */
    public Builder resetOnClose(boolean client, boolean server) {
      clientResets = client;
      serverResets = server;
      return this;
    }

    /** Makes a pipe. */
    public InMemoryPipe build() {
      return new InMemoryPipe(this);
    }
  }

  /** Returns the window if there can be one of that size. */
  static int checkWindow(int bytes) {
    if (bytes < 1 || bytes > MAX_WINDOW_BYTES) {
      throw new IllegalArgumentException(
          "a window of " + bytes + " bytes is not between 1 and " + MAX_WINDOW_BYTES);
    }
    return bytes;
  }
}

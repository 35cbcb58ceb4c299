// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.transport.PeerAddress;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connected socket. Its operations, {@link ReadOperation}, {@link WriteOperation} and in the end
 * a {@link TeardownOperation}, do the work; here is what they share: the channel and its interest,
 * the failure, and the end.
 */
final class NioStream extends LoopMember implements AsyncStream, PeerAddress {
  private static final Logger log = LoggerFactory.getLogger(NioStream.class);

  // The life of a stream; a byte, since a reference would make every idle connection larger.

  /** Operations may be initiated. */
  private static final byte OPEN = 0;

  /** A teardown was initiated. */
  private static final byte ENDING = 1;

  /** The stream was closed, from outside or by its teardown. */
  private static final byte CLOSED = 2;

  private static final VarHandle LIFE;

  static {
    try {
      LIFE = MethodHandles.lookup().findVarHandle(NioStream.class, "life", byte.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final SelectorLoop loop;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final SocketAddress localAddress;
  private final SocketAddress remoteAddress;
  private final int coalesceBytes;
  private final ReadOperation reads;
  private final WriteOperation writes;

  private volatile byte life = OPEN;

  // On the loop only, from here on.
  private byte interest; // of which there are four bits
  private boolean over;
  private @Nullable StreamException failure; // sticky, of both directions
  private @Nullable TeardownOperation teardown;

  private NioStream(
      SelectorLoop loop, SocketChannel channel, SelectionKey key, SocketSettings settings)
      throws IOException {
    this.loop = loop;
    this.channel = channel;
    this.key = key;
    this.localAddress = channel.getLocalAddress();
    this.remoteAddress = channel.getRemoteAddress();
    this.coalesceBytes = settings.coalesceBytes();
    this.reads = new ReadOperation(this);
    this.writes = new WriteOperation(this);
  }

  /**
   * Makes a stream of a connected channel; on the loop. If that fails the channel is closed.
   *
   * @param key the channel's key if it has one already; it gets a new attachment
   * @throws IOException also if the loop is ending
   */
  static NioStream open(
      SelectorLoop loop, SocketChannel channel, @Nullable SelectionKey key, SocketSettings settings)
      throws IOException {
    try {
      SelectionKey registered = key != null ? key : loop.register(channel);
      registered.interestOps(0);
      NioStream stream = new NioStream(loop, channel, registered, settings);
      if (!loop.admit(stream)) {
        throw new StreamException(StreamError.ABORTED, "the event loop " + loop + " was closed");
      }
      registered.attach(stream);
      return stream;
    } catch (IOException | RuntimeException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  static void closeQuietly(AutoCloseable channel) {
    try {
      channel.close();
    } catch (Exception e) {
      log.debug("{} did not close in order", channel, e);
    }
  }

  // ---------------------------------------------------------------- contract

  @Override
  public StreamExecutor executor() {
    return loop;
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only: " + target);
    }
    reads.initiate("asyncReadSome", target, handler);
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    for (ByteBuffer source : sources) {
      Objects.requireNonNull(source, "source");
    }
    writes.initiate(sources, handler);
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(handler, "handler");
    reads.initiate("asyncWait", null, handler);
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(handler, "handler");
    new TeardownOperation(this, role).initiate(handler);
  }

  @Override
  public void close() {
    if ((byte) LIFE.getAndSet(this, CLOSED) == CLOSED) {
      return;
    }
    loop.dispatch(() -> closeNow(null));
  }

  @Override
  public boolean isOpen() {
    return life != CLOSED;
  }

  @Override
  public <T> @Nullable T layer(Class<T> type) {
    return type.isInstance(this) ? type.cast(this) : null;
  }

  @Override
  public SocketAddress localAddress() {
    return localAddress;
  }

  @Override
  public SocketAddress remoteAddress() {
    return remoteAddress;
  }

  @Override
  public String toString() {
    return (localAddress instanceof UnixDomainSocketAddress ? "nio[unix " : "nio[tcp ")
        + text(localAddress)
        + " -> "
        + text(remoteAddress)
        + (isOpen() ? "]" : ", closed]");
  }

  private static String text(SocketAddress address) {
    String text = address.toString();
    return text.isEmpty() ? "unnamed" : text;
  }

  // ---------------------------------------------------------------- loop

  @Override
  void ready(int readyOps) {
    if (teardown != null) {
      teardown.step();
      return;
    }
    if ((readyOps & SelectionKey.OP_READ) != 0) {
      reads.ready();
    }
    if ((readyOps & SelectionKey.OP_WRITE) != 0 && !over && teardown == null) {
      writes.ready();
    }
  }

  @Override
  void endOfTurn() {
    writes.endOfTurn();
  }

  @Override
  void loopEnded(StreamException why) {
    life = CLOSED;
    closeNow(why);
  }

  /**
   * Closes, and ends what is pending.
   *
   * @param why what it ends with, or null if nothing but the close is to be told
   */
  void closeNow(@Nullable StreamException why) {
    if (over) {
      return;
    }
    writes.flush(); // one try costs nothing and may spare the peer a loss
    TeardownOperation ending = teardown;
    teardown = null;
    giveUp();
    reads.streamClosed(why);
    writes.streamClosed(why);
    if (ending != null) {
      ending.streamClosed(why);
    }
  }

  /** Gives up everything the system lent; completes nothing. */
  private void giveUp() {
    life = CLOSED;
    over = true;
    writes.discard();
    interest = 0;
    key.cancel();
    // The descriptor goes with the cancelled key, before the loop waits again.
    closeQuietly(channel);
    loop.dismiss(this);
  }

  /**
   * Records that the connection is lost. The caller tells the other direction.
   *
   * @return the failure, the first one if there are several
   */
  StreamException failed(IOException e) {
    StreamException known = failure;
    if (known == null) {
      known = SocketErrors.transfer(e, this);
      failure = known;
      dropInterest(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
    return known;
  }

  void addInterest(int ops) {
    setInterest(interest | ops);
  }

  void dropInterest(int ops) {
    setInterest(interest & ~ops);
  }

  private void setInterest(int ops) {
    if (ops != interest && !over) {
      interest = (byte) ops;
      key.interestOps(ops);
    }
  }

  /**
   * Lets no further operation be initiated; any thread.
   *
   * @return whether they might have been until now
   */
  boolean beginEnding() {
    return LIFE.compareAndSet(this, OPEN, ENDING);
  }

  /** Lets the teardown have the channel. */
  void tearDownBy(TeardownOperation operation) {
    teardown = operation;
    reads.abort("the stream is being torn down");
  }

  /** Returns whether operations may be initiated; any thread. */
  boolean isUsable() {
    return life == OPEN;
  }

  /** Returns whether the channel is closed or is being torn down. */
  boolean isOver() {
    return over || teardown != null;
  }

  SelectorLoop loop() {
    return loop;
  }

  SocketChannel channel() {
    return channel;
  }

  ReadOperation reads() {
    return reads;
  }

  WriteOperation writes() {
    return writes;
  }

  int coalesceBytes() {
    return coalesceBytes;
  }

  @Nullable StreamException failure() {
    return failure;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.spi.OneShotOperation;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor.Timer;
import io.plywire.transport.Endpoint;
import io.plywire.transport.Resolver;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Opens a connection: finds the addresses of the host, and tries one after the other until one
 * answers. One deadline is over all of it; an address that does not answer is given up when its
 * share of the time is over, if there are others.
 */
final class ConnectOperation extends OneShotOperation<AsyncStream> {
  /** The least time an address gets before the next one is tried. */
  private static final long MIN_SHARE_NANOS = Duration.ofSeconds(2).toNanos();

  private static final Duration BUSY_PAUSE = Duration.ofMillis(20);

  private final SelectorLoop loop;
  private final Endpoint remote;
  private final SocketSettings settings;
  private final Resolver resolver;
  private final Duration timeout;

  // On the loop only, from here on.
  private final Member member = new Member();
  private boolean admitted;
  private long deadline;
  private final CancellationSignal question = new CancellationSignal(); // takes it back
  private List<SocketAddress> addresses = List.of();
  private int next;
  private @Nullable SocketChannel channel;
  private @Nullable SelectionKey key;
  private @Nullable Timer attemptTimer;
  private final StringJoiner tried = new StringJoiner("; ");
  private @Nullable StreamError firstError;
  private @Nullable Exception firstCause;

  ConnectOperation(
      SelectorLoop loop,
      Endpoint remote,
      SocketSettings settings,
      Resolver resolver,
      Duration timeout,
      Handler<AsyncStream> handler) {
    super(loop, handler);
    this.loop = loop;
    this.remote = remote;
    this.settings = settings;
    this.resolver = resolver;
    this.timeout = timeout;
  }

  /** The place of the attempt in the loop. */
  private final class Member extends LoopMember {
    @Override
    void ready(int readyOps) {
      readyToConnect();
    }

    @Override
    void loopEnded(StreamException why) {
      fail(why);
    }
  }

  // ---------------------------------------------------------------- stages

  @Override
  protected void start() {
    admitted = loop.admit(member);
    if (!admitted) {
      fail(new StreamException(StreamError.CLOSED, "the event loop " + loop + " was closed"));
      return;
    }
    deadline = loop.nanoTime() + timeout.toNanos();
    limit(timeout);
    if (remote.transport().equals(Sockets.UNIX)) {
      try {
        connect(List.of(UnixDomainSocketAddress.of(remote.address())));
      } catch (IllegalArgumentException e) { // not a path
        fail(new StreamException(StreamError.UNRESOLVED, subject() + ": " + e.getMessage(), e));
      }
      return;
    }
    if (remote.isIpAddress()) {
      try {
        resolved(List.of(InetAddress.getByName(remote.address())), null);
      } catch (UnknownHostException e) {
        resolved(null, e);
      }
    } else {
      Handler<List<InetAddress>> answer =
          (failure, found) -> loop.dispatch(() -> resolved(found, failure));
      resolver.asyncResolve(
          remote.address(), Handler.bindCancellationSlot(question.slot(), answer));
    }
  }

  private void resolved(@Nullable List<InetAddress> found, @Nullable IOException failure) {
    if (isOver()) {
      return;
    }
    if (found == null || found.isEmpty()) {
      fail(
          new StreamException(
              StreamError.UNRESOLVED, subject() + ": the host name has no address", failure));
      return;
    }
    List<SocketAddress> ordered = new ArrayList<>(found.size());
    Boolean preferIpv6 = settings.preferIpv6();
    for (InetAddress address : found) {
      if (preferIpv6 == null || preferIpv6 == (address instanceof Inet6Address)) {
        ordered.add(new InetSocketAddress(address, remote.port()));
      }
    }
    for (InetAddress address : found) {
      if (preferIpv6 != null && preferIpv6 != (address instanceof Inet6Address)) {
        ordered.add(new InetSocketAddress(address, remote.port()));
      }
    }
    connect(ordered);
  }

  private void connect(List<SocketAddress> found) {
    addresses = found;
    tryNext();
  }

  /** Tries addresses until one connects at once or has to be waited for. */
  private void tryNext() {
    while (!isOver() && next < addresses.size()) {
      SocketAddress address = addresses.get(next++);
      boolean connected;
      try {
        SocketChannel opened = open(address);
        channel = opened;
        connected = opened.connect(address);
        if (!connected) {
          key = loop.register(opened);
          key.attach(member);
          key.interestOps(SelectionKey.OP_CONNECT);
          limitAttempt();
        }
      } catch (IOException | RuntimeException e) {
        if (SocketErrors.isBusy(e)) {
          tryAgainSoon();
          return;
        }
        attemptFailed(e);
        continue;
      }
      if (connected) {
        connected();
      }
      return;
    }
    if (!isOver()) {
      fail(
          new StreamException(
              firstError == null ? StreamError.IO : firstError,
              subject() + ": " + tried,
              firstCause));
    }
  }

  private SocketChannel open(SocketAddress address) throws IOException {
    boolean unix = address instanceof UnixDomainSocketAddress;
    SocketChannel opened =
        unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open();
    try {
      opened.configureBlocking(false);
      settings.applyToStream(opened);
      settings.applyToBound(opened);
      InetSocketAddress bindAddress = settings.bindAddress();
      if (bindAddress != null) {
        opened.bind(bindAddress);
      }
      return opened;
    } catch (IOException | RuntimeException e) {
      NioStream.closeQuietly(opened);
      throw e;
    }
  }

  /** Waits for room in the backlog of a Unix-domain socket, which the system will not announce. */
  private void tryAgainSoon() {
    closeChannel();
    next--;
    attemptTimer = loop.schedule(BUSY_PAUSE, this::tryNext);
  }

  /** Gives the present attempt its share of the time, if there are other addresses. */
  private void limitAttempt() {
    int left = addresses.size() - next;
    if (timeout.isZero() || left == 0) {
      return;
    }
    long remaining = deadline - loop.nanoTime();
    long share = Math.max(remaining / (left + 1), MIN_SHARE_NANOS);
    if (share < remaining) {
      int attempt = next;
      attemptTimer =
          loop.schedule(
              Duration.ofNanos(share),
              () -> {
                if (!isOver() && attempt == next) {
                  attemptFailed(new IOException("no answer, timed out"));
                  tryNext();
                }
              });
    }
  }

  private void readyToConnect() {
    boolean connected;
    try {
      connected = channel != null && channel.finishConnect();
    } catch (IOException | RuntimeException e) {
      attemptFailed(e);
      tryNext();
      return;
    }
    if (connected) {
      connected();
    }
  }

  private void attemptFailed(Exception e) {
    SocketAddress address = addresses.get(next - 1);
    String occupant =
        address instanceof UnixDomainSocketAddress unix ? Sockets.occupant(unix.getPath()) : null;
    tried.add(
        address
            + " "
            + SocketErrors.text(e)
            + (occupant == null ? "" : ", " + occupant + " is there, not a socket"));
    if (firstError == null) {
      firstError = SocketErrors.connecting(e);
      firstCause = e;
    }
    closeChannel();
  }

  @Override
  protected StreamException timedOut(Duration time) {
    if (addresses.isEmpty()) {
      tried.add("the host name was not resolved");
    } else {
      tried.add(addresses.get(Math.max(0, next - 1)) + " no answer");
    }
    return new StreamException(
        StreamError.TIMEOUT, subject() + " within " + Durations.text(time) + ": " + tried);
  }

  // ---------------------------------------------------------------- end

  private void connected() {
    SocketChannel opened = channel;
    SelectionKey registered = key;
    channel = null; // the stream's from here on
    key = null;
    AsyncStream stream;
    try {
      if (opened == null) {
        throw new IllegalStateException("no channel");
      }
      stream = NioStream.open(loop, opened, registered, settings);
    } catch (IOException | RuntimeException e) {
      attemptFailed(e);
      tryNext();
      return;
    }
    succeed(stream);
  }

  @Override
  protected void ended(@Nullable IOException error) {
    closeChannel();
    question.emit(CancellationType.TERMINAL);
    if (admitted) {
      loop.dismiss(member);
    }
  }

  private void closeChannel() {
    if (attemptTimer != null) {
      attemptTimer.cancel();
      attemptTimer = null;
    }
    if (key != null) {
      key.cancel();
      key = null;
    }
    if (channel != null) {
      NioStream.closeQuietly(channel);
      channel = null;
    }
  }

  @Override
  protected StreamException cancelled(CancellationType type) {
    return StreamException.cancelled(type, subject() + ": cancelled, nothing is left of it");
  }

  private String subject() {
    return "cannot connect to "
        + (remote.port() < 0 ? remote : remote.address() + " port " + remote.port());
  }

  @Override
  public String toString() {
    return "asyncConnect to " + remote;
  }
}

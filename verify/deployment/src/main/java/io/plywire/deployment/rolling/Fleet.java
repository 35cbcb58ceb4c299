// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.stream.Handler;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** All clients, and what they have met. Any thread may tell. */
final class Fleet implements AutoCloseable {
  private static final Duration AGAIN = Duration.ofMillis(100);
  private static final int LOOPS = 2;

  private final Plan plan;
  private final int firstNumber;
  private final NioEventLoopGroup group = new NioEventLoopGroup(LOOPS);
  private final WebSocketClient client =
      WebSocketClient.builder().transport(new NioTransport(group)).build();
  private final Endpoint door;
  private final List<Caller> callers = new ArrayList<>();
  private final Complaints complaints = new Complaints();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger left = new AtomicInteger();
  private final AtomicLong progress = new AtomicLong();
  private volatile boolean ending;
  private volatile @Nullable Timeline timeline; // of the restart that is under way

  /**
   * Makes one without clients.
   *
   * @param firstNumber of the clients, which are numbered on from there
   * @param address of the balancer
   */
  Fleet(Plan plan, int firstNumber, InetSocketAddress address) {
    this.plan = plan;
    this.firstNumber = firstNumber;
    this.door =
        Endpoint.parse(
            "ws://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/");
  }

  Plan plan() {
    return plan;
  }

  /** Sends clients on their way; they are open when {@link #open} says so. */
  void add(int count) {
    for (int i = 0; i < count; i++) {
      Caller caller = new Caller(firstNumber + callers.size(), this);
      callers.add(caller);
      caller.connect();
    }
  }

  int open() {
    return open.get();
  }

  int size() {
    return callers.size();
  }

  /** Returns something that changes as long as anything goes on. */
  long progressed() {
    return progress.get();
  }

  /** A server is about to be restarted: what ends from now on ends because of that. */
  void restarting(Timeline now) {
    timeline = now;
  }

  /** Has everybody leave when everything is acknowledged. */
  void end() {
    ending = true;
    callers.forEach(Caller::leave);
  }

  boolean allLeft() {
    return left.get() == callers.size();
  }

  List<Caller.Account> accounts() {
    return callers.stream().map(Caller::account).toList();
  }

  List<String> complaints() {
    return complaints.all();
  }

  // ---- what the clients tell

  boolean isEnding() {
    return ending;
  }

  void connect(Handler<WebSocketStream> handler) {
    client.asyncConnect(door, handler);
  }

  void later(Runnable what) {
    group.next().schedule(AGAIN, what);
  }

  void opened() {
    open.incrementAndGet();
    progress();
    Timeline now = timeline;
    if (now != null) {
      now.reopened();
    }
  }

  void openingFailed(@Nullable IOException error) {
    progress();
    complaints.add("an opening failed: " + error);
  }

  void ended(@Nullable CloseOutcome outcome) {
    open.decrementAndGet();
    progress();
    if (outcome == null || outcome.received() == null) {
      complaints.add("a connection ended without a close frame: " + outcome);
      return;
    }
    Timeline now = timeline;
    if (now == null || outcome.code() != CloseCode.SERVICE_RESTART) {
      complaints.add("a connection was closed for another reason: " + outcome);
    } else if (!outcome.handshakeComplete()) {
      complaints.add("the goodbye could not be answered: " + outcome);
    } else {
      now.ended();
    }
  }

  void left() {
    open.decrementAndGet();
    left.incrementAndGet();
    progress();
  }

  void progress() {
    progress.incrementAndGet();
  }

  void wrong(String what) {
    complaints.add(what);
  }

  @Override
  public void close() {
    group.close();
    try {
      if (!group.awaitTermination(Duration.ofSeconds(60))) {
        throw new IllegalStateException("the loops do not end");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

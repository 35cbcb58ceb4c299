// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.stream.CompletionToken;
import io.plywire.tls.TlsOptions;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Clients that have a message echoed, and then the next, half of them with TLS. */
final class Ordinary implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final String TEXT = "Who goes there?";

  private final NioEventLoopGroup group = new NioEventLoopGroup(1);
  private final WebSocketClient client =
      WebSocketClient.builder()
          .transport(new NioTransport(group))
          .with(TlsOptions.CONTEXT, Target.trusting())
          .build();
  private final Target target;
  private final List<Echoing> all = new ArrayList<>();
  private final AtomicInteger newcomersIn = new AtomicInteger();
  private final AtomicInteger newcomersOut = new AtomicInteger();
  private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean over;

  /** One client. */
  private final class Echoing {
    private final WebSocketStream stream;
    private final AtomicLong echoes = new AtomicLong();
    private final AtomicLong worstNanos = new AtomicLong();
    private long sent;

    Echoing(WebSocketStream stream) {
      this.stream = stream;
    }

    void send() {
      sent = System.nanoTime();
      stream.asyncRead(this::received);
      stream.asyncWrite(TEXT, (error, bytes) -> {}); // the read tells
    }

    private void received(@Nullable IOException error, @Nullable Message message) {
      if (message == null || !message.text().equals(TEXT)) {
        if (!over) {
          failures.add("an ordinary client got no echo: " + error);
        }
        return;
      }
      worstNanos.accumulateAndGet(System.nanoTime() - sent, Math::max);
      echoes.incrementAndGet();
      if (!over) {
        stream.executor().schedule(PAUSE, this::send);
      }
    }
  }

  /** Connects so many, and has them echo from then on. */
  Ordinary(Target target, int count) throws IOException {
    this.target = target;
    for (int i = 0; i < count; i++) {
      Echoing one =
          new Echoing(client.asyncConnect(target.uri(i % 2 == 1), CompletionToken.useBlocking()));
      all.add(one);
      one.stream.executor().execute(one::send);
    }
  }

  int count() {
    return all.size();
  }

  /** Begins to count anew. */
  void reset() {
    newcomersIn.set(0);
    newcomersOut.set(0);
    for (Echoing each : all) {
      each.echoes.set(0);
      each.worstNanos.set(0);
    }
  }

  /** Returns how many echoes there were, and so how many those had who had fewest. */
  long fewest() {
    return all.stream().mapToLong(each -> each.echoes.get()).min().orElse(0);
  }

  long echoes() {
    return all.stream().mapToLong(each -> each.echoes.get()).sum();
  }

  long worstNanos() {
    return all.stream().mapToLong(each -> each.worstNanos.get()).max().orElse(0);
  }

  int newcomersIn() {
    return newcomersIn.get();
  }

  int newcomersOut() {
    return newcomersOut.get();
  }

  /** Has somebody connect, get one echo and leave; returns when that is over. */
  void newcomer(boolean secure) {
    try {
      WebSocketStream stream =
          client.asyncConnect(target.uri(secure), CompletionToken.useBlocking());
      stream.asyncWrite(TEXT, CompletionToken.useBlocking());
      stream.asyncRead(CompletionToken.useBlocking());
      stream.asyncClose(CloseReason.NORMAL, CompletionToken.useBlocking());
      newcomersIn.incrementAndGet();
    } catch (IOException e) {
      newcomersOut.incrementAndGet();
    }
  }

  List<String> failures() {
    return List.copyOf(failures);
  }

  @Override
  public void close() {
    over = true;
    all.forEach(each -> each.stream.abort());
    group.close();
    try {
      group.awaitTermination(Duration.ofSeconds(60));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // they end by themselves
    }
  }
}

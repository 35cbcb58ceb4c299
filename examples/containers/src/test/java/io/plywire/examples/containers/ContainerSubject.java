// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckSubject;
import io.plywire.tck.Waiver;
import io.plywire.transport.TransportOptions;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.WebSocketOptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The streams of a container, as they are right after the takeover. The other end is a socket of
 * {@code spi-nio}.
 */
final class ContainerSubject implements TckSubject, Closeable {
  private static final WebSocketOptions SILENT =
      WebSocketOptions.defaults().withTimeouts(Timeouts.none());
  private static final long PATIENCE_SECONDS = 60;

  private final Containers kind;
  private final List<Waiver> waivers;
  private final Container container;
  private final Map<String, CompletableFuture<AsyncStream>> taken = new ConcurrentHashMap<>();
  private final AtomicInteger names = new AtomicInteger();

  ContainerSubject(Containers kind, List<Waiver> waivers) throws Exception {
    this.kind = kind;
    this.waivers = waivers;
    this.container =
        kind.start(
            SILENT,
            (webSocket, request) -> expect(request.target()).complete(webSocket.nextLayer()));
  }

  private CompletableFuture<AsyncStream> expect(String target) {
    return taken.computeIfAbsent(target, t -> new CompletableFuture<>());
  }

  @Override
  public String name() {
    return kind.toString();
  }

  @Override
  public Set<Trait> traits() {
    return EnumSet.complementOf(EnumSet.of(Trait.LISTEN, Trait.ADDRESSES));
  }

  @Override
  public StreamPair open() throws Exception {
    return open(TransportOptions.defaults());
  }

  @Override
  public StreamPair openForReset() throws Exception {
    return open(TransportOptions.defaults().with(StandardSocketOptions.SO_LINGER, 0));
  }

  private StreamPair open(TransportOptions options) throws Exception {
    String target = "/" + names.incrementAndGet();
    Client client = Client.connect(container.port(), options);
    client.send(Client.request(container.port(), target));
    String head = client.head();
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new IllegalStateException(head);
    }
    AsyncStream server = expect(target).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    taken.remove(target);
    return new StreamPair(client.stream(), server);
  }

  @Override
  public List<Waiver> waivers() {
    return waivers;
  }

  @Override
  public void close() throws IOException {
    container.close();
  }
}

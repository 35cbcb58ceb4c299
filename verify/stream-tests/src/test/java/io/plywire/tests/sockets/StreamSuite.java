// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.sockets;

import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tests.support.Network.PATIENCE;
import static io.plywire.tests.support.Network.failure;
import static io.plywire.tests.support.Network.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.tests.support.Echo;
import io.plywire.tests.support.Network;
import io.plywire.tests.support.Payloads;
import io.plywire.tests.support.SecuredTransport;
import io.plywire.tls.TlsEngine;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.ControlCallback;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a WebSocket does over a transport with real threads; the same for each transport. */
@Timeout(60)
abstract class StreamSuite {
  private final Network network;

  StreamSuite(Network.Kind kind) {
    network = new Network(kind);
  }

  /** For TLS by an engine, over a transport. */
  StreamSuite(Network.Kind kind, TlsEngine engine) {
    network = new Network(kind, inner -> new SecuredTransport(inner, engine, engine));
  }

  @AfterEach
  void everyByteOnTheWireWasInOrder() throws Exception {
    network.close();
  }

  private Network.Pair pair() throws Exception {
    return network.pair(Network.options());
  }

  private static ByteBuffer utf8(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static CloseOutcome outcome(Throwable error) {
    assertThat(error).isInstanceOf(WebSocketException.class);
    WebSocketException known = (WebSocketException) error;
    assertThat(known.error()).as("%s", known).isEqualTo(WebSocketError.CLOSED);
    return known.outcome();
  }

  private static ErrorCondition condition(Throwable error) {
    assertThat(error).isInstanceOf(OperationException.class);
    return ((OperationException) error).condition();
  }

  // ---- data

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void echoesOfEverySizeComeBackWhole(boolean binary) throws Exception {
    WebSocketServer server = network.listen(Network.options(), new Echo());
    try (WebSocketStream client = network.connect(server)) {
      client.writeKind(binary ? MessageKind.BINARY : MessageKind.TEXT);
      for (int size : Payloads.SIZES) {
        byte[] sent =
            binary
                ? Payloads.bytes(size, 1)
                : Payloads.text(size, 1).getBytes(StandardCharsets.UTF_8);
        CompletableFuture<Message> echo = client.asyncRead(useFuture());
        ByteBuffer source = ByteBuffer.wrap(sent);
        assertThat(client.asyncWriteSome(true, source, useBlocking())).isEqualTo(size);
        assertThat(source.remaining()).isZero();
        Message message = get(echo);
        assertThat(message.kind() == MessageKind.BINARY).isEqualTo(binary);
        assertThat(message.payload().remaining()).isEqualTo(size);
        assertThat(Payloads.checksum(message.payload())).isEqualTo(Payloads.checksum(sent));
      }
      assertThat(client.asyncClose(CloseReason.NORMAL, useBlocking()).handshakeComplete()).isTrue();
    }
  }

  /** Both sides send all sizes while they receive them; direct and heap memory, cut and whole. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bothWaysAtOnceNothingIsMixedUp(boolean directAndWhole) throws Exception {
    try (Network.Pair pair =
        network.pair(
            Network.options().withAutoFragment(!directAndWhole).withReadMessageMax(64 << 20))) {
      List<CompletableFuture<Void>> done = new ArrayList<>();
      for (WebSocketStream stream : List.of(pair.client(), pair.server())) {
        stream.writeKind(MessageKind.BINARY);
        boolean client = stream == pair.client();
        done.add(new Sender(stream, client ? 1 : 2, directAndWhole).done);
        done.add(new Receiver(stream, client ? 2 : 1, directAndWhole).done);
      }
      done.forEach(Network::get);
    }
  }

  private static final class Sender {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    private final WebSocketStream stream;
    private final long seed;
    private final boolean direct;
    private int next;

    Sender(WebSocketStream stream, long seed, boolean direct) {
      this.stream = stream;
      this.seed = seed;
      this.direct = direct;
      go();
    }

    private void go() {
      if (next == Payloads.SIZES.length) {
        done.complete(null);
        return;
      }
      byte[] payload = Payloads.bytes(Payloads.SIZES[next++], seed);
      ByteBuffer source =
          direct
              ? ByteBuffer.allocateDirect(payload.length).put(payload).flip()
              : ByteBuffer.wrap(payload).asReadOnlyBuffer();
      stream.asyncWriteSome(
          true,
          source,
          (error, bytes) -> {
            if (error != null || bytes != payload.length) {
              done.completeExceptionally(new AssertionError(bytes + " bytes", error));
            } else {
              go();
            }
          });
    }
  }

  private static final class Receiver {
    final CompletableFuture<Void> done = new CompletableFuture<>();
    private final WebSocketStream stream;
    private final long seed;
    private final MessageBuffer memory;
    private int next;

    Receiver(WebSocketStream stream, long seed, boolean direct) {
      this.stream = stream;
      this.seed = seed;
      this.memory = new MessageBuffer(0, 16 << 20, direct);
      go();
    }

    private void go() {
      if (next == Payloads.SIZES.length) {
        done.complete(null);
        return;
      }
      memory.clear();
      int size = Payloads.SIZES[next++];
      stream.asyncRead(
          memory,
          (error, bytes) -> {
            if (error != null || bytes != size) {
              done.completeExceptionally(
                  new AssertionError(bytes + " instead of " + size + " bytes", error));
            } else if (Payloads.checksum(memory.data())
                != Payloads.checksum(Payloads.bytes(size, seed))) {
              done.completeExceptionally(new AssertionError("message of " + size + " is damaged"));
            } else {
              go();
            }
          });
    }
  }

  @Test
  void aMessageInPartsIsReadInParts() throws Exception {
    try (Network.Pair pair = pair()) {
      byte[] sent = Payloads.text(300_000, 3).getBytes(StandardCharsets.UTF_8);
      CompletableFuture<byte[]> received =
          async(
              () -> {
                ByteBuffer all = ByteBuffer.allocate(sent.length);
                do {
                  ByteBuffer some = ByteBuffer.allocate(7001);
                  pair.server().asyncReadSome(some, useBlocking());
                  all.put(some.flip());
                } while (!pair.server().receivedMessageDone());
                return all.array();
              });
      for (int at = 0; at < sent.length; ) {
        int size = Math.min(10_007, sent.length - at);
        ByteBuffer first = ByteBuffer.wrap(sent, at, size / 3);
        ByteBuffer second = ByteBuffer.wrap(sent, at + size / 3, size - size / 3);
        at += size;
        assertThat(
                pair.client()
                    .asyncWriteSome(
                        at == sent.length, new ByteBuffer[] {first, second}, useBlocking()))
            .isEqualTo(size);
      }
      assertThat(get(received)).isEqualTo(sent);
      assertThat(pair.server().receivedKind()).isEqualTo(MessageKind.TEXT);
    }
  }

  @Test
  void pingsAreAnsweredWhileTheOtherSideReads() throws Exception {
    try (Network.Pair pair = pair()) {
      LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
      pair.client()
          .controlCallback(
              (kind, payload) ->
                  heard.add(kind + " " + StandardCharsets.UTF_8.decode(payload.duplicate())));
      CompletableFuture<Message> serverRead = pair.server().asyncRead(useFuture());
      CompletableFuture<Message> clientRead = pair.client().asyncRead(useFuture());
      for (int i = 0; i < 50; i++) {
        pair.client().asyncPing(utf8("ping " + i), useBlocking());
      }
      pair.server().asyncPong(utf8("unasked"), useBlocking());
      pair.server().asyncPing(utf8("are you there"), useBlocking());
      List<String> all = new ArrayList<>();
      for (int i = 0; i < 52; i++) {
        all.add(heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
      }
      for (int i = 0; i < 50; i++) {
        assertThat(all).contains(ControlCallback.Kind.PONG + " ping " + i);
      }
      assertThat(all).contains("PONG unasked", "PING are you there");
      assertThat(serverRead).isNotDone();
      assertThat(clientRead).isNotDone();
    }
  }

  // ---- styles

  @Test
  void manyPlatformThreadsUseConnectionsInTheBlockingStyle() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      blockingConversations(threads, 32, 30);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void manyVirtualThreadsUseConnectionsInTheBlockingStyle() throws Exception {
    assumeThat(Runtime.version().feature()).as("virtual threads").isGreaterThanOrEqualTo(21);
    ExecutorService threads =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    try {
      blockingConversations(threads, 200, 10);
    } finally {
      threads.shutdownNow();
    }
  }

  private void blockingConversations(ExecutorService threads, int connections, int messages)
      throws Exception {
    WebSocketServer server = network.listen(Network.options(), new Echo());
    List<Future<Integer>> results = new ArrayList<>();
    for (int c = 0; c < connections; c++) {
      int seed = c;
      Callable<Integer> conversation =
          () -> {
            try (WebSocketStream client = network.connect(server)) {
              for (int m = 0; m < messages; m++) {
                String text = Payloads.text((seed * 131 + m * 17) % 3000, seed);
                client.asyncWrite(text, useBlocking());
                assertThat(client.asyncRead(useBlocking()).text()).isEqualTo(text);
              }
              return client.asyncClose(CloseReason.NORMAL, useBlocking()).code();
            }
          };
      results.add(threads.submit(conversation));
    }
    for (Future<Integer> result : results) {
      assertThat(result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1000);
    }
  }

  @Test
  void aCancelledFutureEndsTheReadAndLeavesTheStreamUsable() throws Exception {
    WebSocketServer server = network.listen(Network.options(), new Echo());
    try (WebSocketStream client = network.connect(server)) {
      for (int i = 0; i < 100; i++) {
        CompletableFuture<Message> read = client.asyncRead(useFuture());
        assertThat(read.cancel(true)).isTrue();
        awaitDone(read);
        assertThat(read.isCancelled()).isTrue();
        CompletableFuture<Message> next = client.asyncRead(useFuture());
        client.asyncWrite("message " + i, useBlocking());
        assertThat(get(next).text()).isEqualTo("message " + i);
      }
    }
  }

  @Test
  void aCancelledFutureOfAStuckWriteEndsIt() throws Exception {
    try (Network.Pair pair = pair()) {
      pair.client().writeKind(MessageKind.BINARY);
      CompletableFuture<Long> write =
          pair.client().asyncWriteSome(true, ByteBuffer.allocate(64 << 20), useFuture());
      pair.client().asyncPing(utf8("x"), (error, nothing) -> {}); // waits for its turn or goes out
      assertThat(write.cancel(false)).isTrue();
      awaitDone(write);
      assertThat(write.isCancelled()).isTrue();
    }
  }

  private static void awaitDone(CompletableFuture<?> future) {
    get(future.handle((value, error) -> null));
  }

  @Test
  void anInterruptedReadThrowsAndTheStreamStaysUsable() throws Exception {
    WebSocketServer server = network.listen(Network.options(), new Echo());
    try (WebSocketStream client = network.connect(server)) {
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread reader =
          new Thread(
              () -> {
                try {
                  client.asyncRead(useBlocking());
                  interrupted.completeExceptionally(new AssertionError("nothing was sent"));
                } catch (InterruptedIOException e) {
                  interrupted.complete(Thread.currentThread().isInterrupted());
                } catch (IOException e) {
                  interrupted.completeExceptionally(e);
                }
              });
      reader.start();
      reader.interrupt();
      assertThat(get(interrupted)).as("the interrupt status is set again").isTrue();
      client.asyncWrite("still here", useBlocking());
      assertThat(client.asyncRead(useBlocking()).text()).isEqualTo("still here");
    }
  }

  @Test
  void theBlockingStyleRefusesToWaitForItselfOnTheStreamsExecutor() throws Exception {
    try (Network.Pair pair = pair()) {
      CompletableFuture<Throwable> thrown = new CompletableFuture<>();
      pair.client()
          .executor()
          .execute(
              () -> {
                try {
                  pair.client().asyncRead(useBlocking());
                  thrown.complete(null);
                } catch (IOException | RuntimeException e) {
                  thrown.complete(e);
                }
              });
      assertThat(get(thrown)).isInstanceOf(IllegalStateException.class);
    }
  }

  // ---- the end

  @ParameterizedTest
  @EnumSource(Role.class)
  void aCloseReachesTheReadOfTheOtherSideAndBothKnowTheTruth(Role closer) throws Exception {
    try (Network.Pair pair = pair()) {
      WebSocketStream first = closer == Role.CLIENT ? pair.client() : pair.server();
      WebSocketStream second = closer == Role.CLIENT ? pair.server() : pair.client();
      CompletableFuture<Message> read = second.asyncRead(useFuture());
      CompletableFuture<Message> ownRead = first.asyncRead(useFuture());
      CloseOutcome outcome =
          get(first.asyncClose(new CloseReason(3000, "that was all"), useFuture()));
      assertThat(outcome.handshakeComplete()).isTrue();
      assertThat(outcome.initiator()).isEqualTo(closer);
      assertThat(outcome.sent()).isEqualTo(new CloseReason(3000, "that was all"));
      assertThat(outcome.code()).isEqualTo(3000);
      assertThat(outcome.transport()).as("%s", outcome).isEqualTo(TransportEnd.GRACEFUL);
      assertThat(outcome(failure(ownRead))).isEqualTo(outcome);
      CloseOutcome other = outcome(failure(read));
      assertThat(other.initiator()).isEqualTo(closer);
      assertThat(other.code()).isEqualTo(3000);
      assertThat(other.reason()).isEqualTo("that was all");
      assertThat(other.transport()).as("%s", other).isEqualTo(TransportEnd.GRACEFUL);
      assertThat(first.nextLayer().isOpen()).isFalse();
      assertThat(second.nextLayer().isOpen()).isFalse();
    }
  }

  @Test
  void aSimultaneousCloseEndsBothSidesInOrder() throws Exception {
    try (Network.Pairs pairs = network.pairs(Network.options())) {
      for (int i = 0; i < 50; i++) {
        try (Network.Pair pair = pairs.next()) {
          CompletableFuture<CloseOutcome> client =
              pair.client().asyncClose(CloseReason.of(4001), useFuture());
          CompletableFuture<CloseOutcome> server =
              pair.server().asyncClose(CloseReason.of(4002), useFuture());
          assertThat(get(client).transport()).isEqualTo(TransportEnd.GRACEFUL);
          assertThat(get(server).transport()).isEqualTo(TransportEnd.GRACEFUL);
          assertThat(get(client).handshakeComplete()).isTrue();
          assertThat(get(server).handshakeComplete()).isTrue();
          assertThat(get(server).code()).isEqualTo(4001);
          assertThat(get(client).code()).isEqualTo(4002);
        }
      }
    }
  }

  @Test
  void whatWasWrittenBeforeACloseArrivesBeforeIt() throws Exception {
    try (Network.Pair pair = pair()) {
      CompletableFuture<CloseOutcome> close = new CompletableFuture<>();
      pair.client().writeKind(MessageKind.BINARY);
      byte[] sent = Payloads.bytes(4 << 20, 9);
      pair.client()
          .asyncWriteSome(
              true,
              ByteBuffer.wrap(sent),
              (error, bytes) ->
                  pair.client()
                      .asyncClose(
                          CloseReason.NORMAL,
                          (failure, outcome) -> {
                            if (failure != null) {
                              close.completeExceptionally(failure);
                            } else {
                              close.complete(outcome);
                            }
                          }));
      Message message = get(pair.server().asyncRead(useFuture()));
      assertThat(Payloads.checksum(message.payload())).isEqualTo(Payloads.checksum(sent));
      outcome(failure(pair.server().asyncRead(useFuture())));
      assertThat(get(close).handshakeComplete()).isTrue();
    }
  }

  @Test
  void whatThePeerSentBeforeItSawTheCloseIsStillRead() throws Exception {
    try (Network.Pair pair = pair()) {
      pair.server().writeKind(MessageKind.BINARY);
      byte[] sent = Payloads.bytes(1 << 20, 10);
      CompletableFuture<Long> write =
          pair.server().asyncWriteSome(true, ByteBuffer.wrap(sent), useFuture());
      CompletableFuture<Message> read = pair.client().asyncRead(useFuture());
      CompletableFuture<CloseOutcome> close =
          pair.client().asyncClose(CloseReason.NORMAL, useFuture());
      Message message = get(read);
      assertThat(Payloads.checksum(message.payload())).isEqualTo(Payloads.checksum(sent));
      assertThat(get(write)).isEqualTo(sent.length);
      CompletableFuture<Message> serverRead = pair.server().asyncRead(useFuture());
      outcome(failure(pair.client().asyncRead(useFuture())));
      assertThat(get(close).handshakeComplete()).isTrue();
      outcome(failure(serverRead));
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void anAbruptEndIsReportedAsLostAndNotAsClosed(Role vanishing) throws Exception {
    try (Network.Pair pair = pair()) {
      WebSocketStream gone = vanishing == Role.CLIENT ? pair.client() : pair.server();
      WebSocketStream left = vanishing == Role.CLIENT ? pair.server() : pair.client();
      CompletableFuture<Message> read = left.asyncRead(useFuture());
      CompletableFuture<Message> own = gone.asyncRead(useFuture());
      gone.abort();
      assertThat(condition(failure(own))).isEqualTo(ErrorCondition.ABORTED);
      assertThat(condition(failure(read))).isEqualTo(ErrorCondition.CONNECTION_LOST);
      CloseOutcome outcome = left.closeOutcome();
      assertThat(outcome).isNotNull();
      assertThat(outcome.code()).isEqualTo(1006);
      assertThat(outcome.transport()).isEqualTo(TransportEnd.BROKEN_OFF);
      assertThat(left.nextLayer().isOpen()).isFalse();
      assertThatThrownBy(() -> left.asyncWrite("too late", useBlocking()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void closingAStreamEndsEveryPendingOperationOnce() throws Exception {
    try (Network.Pair pair = pair()) {
      pair.client().writeKind(MessageKind.BINARY);
      AtomicInteger ends = new AtomicInteger();
      CompletableFuture<Void> all = new CompletableFuture<>();
      Runnable end =
          () -> {
            if (ends.incrementAndGet() == 4) {
              all.complete(null);
            }
          };
      pair.client()
          .asyncWriteSome(true, ByteBuffer.allocate(64 << 20), (error, bytes) -> end.run());
      pair.client().asyncRead((error, message) -> end.run());
      pair.client().asyncPing(utf8("x"), (error, nothing) -> end.run());
      pair.client().asyncPong(utf8("x"), (error, nothing) -> end.run());
      pair.client().abort();
      get(all);
      network.settle();
      assertThat(ends).hasValue(4);
    }
  }

  // ---- back-pressure

  @Test
  void aPeerThatDoesNotReadHoldsTheWriterBackUntilItReads() throws Exception {
    int messages = 1000;
    byte[] payload = Payloads.bytes(64 << 10, 11);
    try (Network.Pair pair = pair()) {
      pair.client().writeKind(MessageKind.BINARY);
      AtomicInteger written = new AtomicInteger();
      CompletableFuture<Void> stuckOrDone = writeAll(pair.client(), payload, messages, written);
      // The whole is 64 MB; what sockets and pipes hold is a small part of it.
      int before = -1;
      long calm = System.nanoTime();
      while (System.nanoTime() - calm < TimeUnit.MILLISECONDS.toNanos(50)) {
        if (written.get() != before) {
          before = written.get();
          calm = System.nanoTime();
        }
        network.settle();
      }
      assertThat(stuckOrDone).isNotDone();
      assertThat(written.get()).isLessThan(messages / 2);
      long sum = Payloads.checksum(payload);
      MessageBuffer memory = new MessageBuffer(payload.length);
      for (int i = 0; i < messages; i++) {
        memory.clear();
        get(pair.server().asyncRead(memory, useFuture()));
        assertThat(Payloads.checksum(memory.data())).isEqualTo(sum);
      }
      get(stuckOrDone);
      assertThat(written).hasValue(messages);
    }
  }

  private static CompletableFuture<Void> writeAll(
      WebSocketStream stream, byte[] payload, int messages, AtomicInteger written) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Runnable[] next = new Runnable[1];
    next[0] =
        () ->
            stream.asyncWriteSome(
                true,
                ByteBuffer.wrap(payload),
                (error, bytes) -> {
                  if (error != null) {
                    done.completeExceptionally(error);
                  } else if (written.incrementAndGet() == messages) {
                    done.complete(null);
                  } else {
                    next[0].run();
                  }
                });
    next[0].run();
    return done;
  }

  @Test
  void aSlowReaderOfLittlePiecesGetsEverything() throws Exception {
    byte[] sent = Payloads.bytes(2 << 20, 12);
    try (Network.Pair pair = network.pair(Network.options().withAutoFragment(false))) {
      pair.server().writeKind(MessageKind.BINARY);
      CompletableFuture<Long> write =
          pair.server().asyncWriteSome(true, ByteBuffer.wrap(sent), useFuture());
      ByteBuffer all = ByteBuffer.allocate(sent.length);
      while (all.hasRemaining()) {
        ByteBuffer piece = all.slice(all.position(), Math.min(1021, all.remaining()));
        long n = get(pair.client().asyncReadSome(piece, useFuture()));
        all.position(all.position() + (int) n);
      }
      assertThat(get(write)).isEqualTo(sent.length);
      assertThat(all.array()).isEqualTo(sent);
    }
  }

  @Test
  void aPingGoesOutBetweenTheFramesOfAStuckMessage() throws Exception {
    try (Network.Pair pair = pair()) {
      pair.client().writeKind(MessageKind.BINARY);
      CompletableFuture<Long> write =
          pair.client().asyncWriteSome(true, ByteBuffer.allocate(12 << 20), useFuture());
      CompletableFuture<Void> ping = pair.client().asyncPing(utf8("between"), useFuture());
      AtomicLong bytesBeforePing = new AtomicLong(-1);
      AtomicLong bytes = new AtomicLong();
      pair.server()
          .controlCallback((kind, payload) -> bytesBeforePing.compareAndSet(-1, bytes.get()));
      ByteBuffer piece = ByteBuffer.allocate(64 << 10);
      do {
        bytes.addAndGet(get(pair.server().asyncReadSome(piece.clear(), useFuture())));
      } while (!pair.server().receivedMessageDone());
      get(ping);
      assertThat(get(write)).isEqualTo(12 << 20);
      assertThat(bytes).hasValue(12 << 20);
      assertThat(bytesBeforePing.get()).isBetween(0L, 11L << 20);
    }
  }

  static <T> CompletableFuture<T> async(Callable<T> body) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(body.call());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }
}

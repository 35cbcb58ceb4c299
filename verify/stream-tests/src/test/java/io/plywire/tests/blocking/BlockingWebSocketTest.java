// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryTransport;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.ReadPendingException;
import io.plywire.tests.support.Harness;
import io.plywire.websocket.BlockingWebSocket;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketServer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The view for threads that may block: platform threads, and virtual ones where the JDK has them.
 */
@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BlockingWebSocketTest {
  private final InMemoryLoop loop = new InMemoryLoop("test");
  private BlockingWebSocket client;
  private BlockingWebSocket server;

  @BeforeEach
  void open() throws Exception {
    InMemoryPipe pipe = InMemoryPipe.builder(loop).windowBytes(1 << 20).build();
    WebSocketStream accepting = new WebSocketStream(pipe.server(), Harness.quiet());
    WebSocketStream connecting = new WebSocketStream(pipe.client(), Harness.quiet());
    CompletableFuture<UpgradeRequest> accept = accepting.asyncAccept(CompletionToken.useFuture());
    connecting.asyncHandshake("example.com", "/", CompletionToken.useBlocking());
    accept.get();
    client = connecting.blocking();
    server = accepting.blocking();
  }

  @AfterEach
  void close() {
    client.stream().abort();
    server.stream().abort();
    loop.close();
  }

  static List<Threads> threads() {
    return Threads.ofThisJdk();
  }

  @ParameterizedTest
  @MethodSource("threads")
  void messagesOfEachShapeArrive(Threads threads) throws Exception {
    FutureTask<Void> writing =
        threads.start(
            () -> {
              client.write("text");
              client.write(MessageKind.BINARY, ByteBuffer.wrap(new byte[] {(byte) 0xFF}));
              client.write(new Message(MessageKind.TEXT, Harness.bytes("passed on")));
              client.writeSome(false, Harness.bytes("in "));
              client.ping(Harness.bytes("between"));
              client.writeSome(true, Harness.bytes("parts"));
              return null;
            });
    assertThat(server.read().text()).isEqualTo("text");
    Message binary = server.read();
    assertThat(binary.kind()).isEqualTo(MessageKind.BINARY);
    assertThat(binary.bytes()).containsExactly(0xFF);
    assertThat(server.read().text()).isEqualTo("passed on");
    assertThat(server.read().text()).isEqualTo("in parts");
    writing.get();
  }

  @ParameterizedTest
  @MethodSource("threads")
  void iterationEndsWhenThePeerCloses(Threads threads) throws Exception {
    FutureTask<List<String>> reading =
        threads.start(
            () -> {
              List<String> texts = new ArrayList<>();
              for (Message message : server) {
                texts.add(message.text());
              }
              return texts;
            });
    client.write("a");
    client.write("b");
    CloseOutcome outcome = client.close(new CloseReason(CloseCode.GOING_AWAY, "bye"));
    assertThat(outcome.handshakeComplete()).isTrue();
    assertThat(reading.get()).containsExactly("a", "b");
    assertThat(server.stream().closeOutcome().code()).isEqualTo(CloseCode.GOING_AWAY);
    Iterator<Message> after = server.iterator();
    assertThat(after.hasNext()).isFalse();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(after::next);
  }

  @Test
  void iterationThrowsWhatIsNoClose() throws Exception {
    FutureTask<Object> reading =
        Threads.platform()
            .start(
                () -> {
                  for (Message message : server) {
                    assertThat(message).isNull();
                  }
                  return null;
                });
    client.stream().abort();
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(reading::get)
        .withCauseInstanceOf(UncheckedIOException.class);
  }

  @ParameterizedTest
  @MethodSource("threads")
  void endOfATryBlockWaitsForTheClosingHandshake(Threads threads) throws Exception {
    FutureTask<Void> asking =
        threads.start(
            () -> {
              try (BlockingWebSocket ws = client) {
                ws.write("last");
              }
              return null;
            });
    assertThat(server.read().text()).isEqualTo("last");
    assertThatExceptionOfType(WebSocketException.class)
        .isThrownBy(server::read)
        .matches(e -> e.error() == WebSocketError.CLOSED)
        .matches(e -> e.outcome().code() == CloseCode.NORMAL_CLOSURE);
    asking.get();
    assertThat(client.stream().closeOutcome().handshakeComplete()).isTrue();
  }

  @Test
  void closeOfAConnectionThatHasEndedDoesNotThrow() throws Exception {
    server.stream().abort();
    assertThatExceptionOfType(IOException.class).isThrownBy(client::read);
    client.close();
    client.close();
    assertThat(client.stream().closeOutcome().handshakeComplete()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("threads")
  void interruptingAReadLeavesTheConnectionUsable(Threads threads) throws Exception {
    CompletableFuture<Thread> reader = new CompletableFuture<>();
    FutureTask<Boolean> reading =
        threads.start(
            () -> {
              reader.complete(Thread.currentThread());
              assertThatExceptionOfType(InterruptedIOException.class).isThrownBy(client::read);
              return Thread.currentThread().isInterrupted();
            });
    reader.get().interrupt(); // before the call or within it: the same
    assertThat(reading.get()).isTrue();
    server.write("still here");
    assertThat(client.read().text()).isEqualTo("still here");
  }

  @Test
  void secondReaderIsRefused() throws Exception {
    CompletableFuture<Message> first = client.stream().asyncRead(CompletionToken.useFuture());
    assertThatExceptionOfType(ReadPendingException.class).isThrownBy(client::read);
    server.write("for the first");
    assertThat(first.get().text()).isEqualTo("for the first");
  }

  @Test
  void callsOnTheLoopAreRefused() throws Exception {
    CompletableFuture<Void> refused = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            assertThatIllegalStateException().isThrownBy(client::read);
            assertThatIllegalStateException().isThrownBy(() -> client.write("x"));
            assertThatIllegalStateException().isThrownBy(client::close);
            refused.complete(null);
          } catch (Throwable e) {
            refused.completeExceptionally(e);
          }
        });
    refused.get();
  }

  @Test
  void clientConnectsAndServerAnswersOnThreadsOfTheirOwn() throws Exception {
    InMemoryTransport transport = new InMemoryTransport(loop);
    Threads threads = Threads.ofThisJdk().get(0);
    try (WebSocketServer echo =
        WebSocketServer.builder()
            .transport(transport)
            .listen(
                "ws+memory://blocking-echo/",
                (ws, request) ->
                    threads.start(
                        () -> {
                          try (BlockingWebSocket peer = ws.blocking()) {
                            for (Message message : peer) {
                              peer.write(message);
                            }
                          }
                          return null;
                        }))) {
      WebSocketClient dialer = WebSocketClient.builder().transport(transport).build();
      try (BlockingWebSocket ws = dialer.connect("ws+memory://blocking-echo/")) {
        ws.write("hello");
        assertThat(ws.read().text()).isEqualTo("hello");
      }
      assertThat(echo.isOpen()).isTrue();
    }
  }

  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void virtualThreadsThatWaitHoldNoCarrier(@TempDir Path folder) throws Exception {
    Threads virtual = Threads.ofThisJdk().get(0);
    Path file = folder.resolve("pinned.jfr");
    String pinned = "jdk.VirtualThreadPinned";
    try (Recording recording = new Recording()) {
      recording.enable(pinned).withoutThreshold().withStackTrace();
      recording.start();
      FutureTask<Void> echoing =
          virtual.start(
              () -> {
                for (Message message : server) {
                  server.write(message);
                }
                return null;
              });
      FutureTask<Void> asking =
          virtual.start(
              () -> {
                try (BlockingWebSocket ws = client) {
                  for (int i = 0; i < 50; i++) {
                    ws.write("message " + i);
                    assertThat(ws.read().text()).isEqualTo("message " + i);
                  }
                }
                return null;
              });
      asking.get();
      echoing.get();
      recording.stop();
      recording.dump(file);
    }
    assertThat(RecordingFile.readAllEvents(file)) // among which there are our own
        .noneMatch(event -> event.getEventType().getName().equals(pinned));
  }

  /** Where a test runs what blocks. */
  record Threads(String name, Executor starter) {
    static Threads platform() {
      return new Threads("platform", task -> new Thread(task).start());
    }

    static List<Threads> ofThisJdk() {
      if (Runtime.version().feature() < 21) {
        return List.of(platform());
      }
      return List.of(
          new Threads(
              "virtual",
              task -> {
                try { // not to be named while this is compiled for Java 17
                  Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
                } catch (ReflectiveOperationException e) {
                  throw new AssertionError(e);
                }
              }),
          platform());
    }

    <T> FutureTask<T> start(Callable<T> what) {
      FutureTask<T> task = new FutureTask<>(what);
      starter.execute(task);
      return task;
    }

    @Override
    public String toString() {
      return name;
    }
  }
}

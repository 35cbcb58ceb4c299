// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.IoHandler;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamError;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A handshake that ends without a word tells how far it was, and what to look at. */
class BrokenHandshakesTest extends TlsTestBase {
  private static final byte[] CLOSE_NOTIFY = {21, 3, 3, 0, 2, 1, 0};

  private static final byte[] HELLO_REQUEST = {22, 3, 1, 0, 4, 0, 0, 0, 0};

  private final ManualExecutor executor = new ManualExecutor();
  private final InMemoryPipe pipe = InMemoryPipe.create(executor);
  private final InMemoryPipe other = InMemoryPipe.create(executor); // to a peer that helps
  private final Result<TlsStream> client = new Result<>("client");
  private final Result<TlsStream> server = new Result<>("server");

  static Stream<Arguments> engines() {
    return Stream.of(TlsEngine.all().toArray(TlsEngine[]::new))
        .flatMap(
            engine ->
                Stream.of("TLSv1.3", "TLSv1.2")
                    .map(version -> Arguments.of(new Cell(engine, engine, version))));
  }

  @AfterEach
  void nothingIsLeft() {
    executor.advance(Duration.ofSeconds(60));
    assertThat(executor.pendingTimers()).isZero();
    assertThat(executor.buffers().outstanding()).isZero();
  }

  private void startClient(Cell cell, InMemoryStream next) {
    TlsStream.asyncHandshake(next, TlsContext.of(cell.client()), "server.test", 443, client);
    executor.runUntilIdle();
  }

  private void startServer(Cell cell, InMemoryStream next) {
    TlsStream.asyncHandshake(next, TlsContext.of(cell.server()), null, -1, server);
    executor.runUntilIdle();
  }

  private byte[] take(InMemoryStream from) {
    ByteBuffer target = ByteBuffer.allocate(1 << 16);
    Result<Void> read = new Result<>("take");
    from.asyncReadSome(target, (IoHandler) read);
    executor.runUntilIdle();
    return Arrays.copyOf(target.array(), (int) read.bytes());
  }

  private void put(InMemoryStream to, byte[] bytes) {
    to.asyncWriteSome(
        new ByteBuffer[] {ByteBuffer.wrap(bytes)}, (IoHandler) new Result<Void>("put"));
    executor.runUntilIdle();
  }

  /** Lets the client have the first record of a server, and nothing else. */
  private void answerClient(Cell cell) {
    byte[] hello = take(pipe.server());
    startServer(cell, other.server());
    put(other.client(), hello);
    byte[] answer = take(other.client());
    other.client().close();
    put(pipe.server(), Arrays.copyOf(answer, 5 + ByteBuffer.wrap(answer).getShort(3)));
  }

  /** Lets the server have the first message of a client, and nothing else. */
  private void sayHello(Cell cell) {
    startClient(cell, other.client());
    put(pipe.client(), take(other.server()));
    other.server().close();
    take(pipe.client());
  }

  private static void assertStage(Result<TlsStream> side, StreamError error, String... parts) {
    assertThat(side.assertFailed(error)).hasMessageContaining("TLS handshake");
    assertThat(side.error()).hasMessageContainingAll(parts);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void endOfTheServerBeforeItsAnswer(Cell cell) {
    startClient(cell, pipe.client());
    take(pipe.server());
    pipe.server().close();
    executor.runUntilIdle();
    assertStage(
        client, StreamError.TRUNCATED, "the server ended", "before it sent anything", "no TLS");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void endOfTheServerAfterItsAnswer(Cell cell) {
    startClient(cell, pipe.client());
    answerClient(cell);
    pipe.server().close();
    executor.runUntilIdle();
    assertStage(
        client,
        StreamError.TRUNCATED,
        "the server ended",
        "after it had answered",
        "client certificate");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void endOfTheClientBeforeItsFirstMessage(Cell cell) {
    startServer(cell, pipe.server());
    pipe.client().close();
    executor.runUntilIdle();
    assertStage(
        server, StreamError.TRUNCATED, "the client ended", "before it sent anything", "port");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void endOfTheClientWithinItsFirstMessage(Cell cell) {
    startServer(cell, pipe.server());
    put(pipe.client(), new byte[] {22, 3, 1, 2, 0, 1});
    pipe.client().close();
    executor.runUntilIdle();
    assertStage(server, StreamError.TRUNCATED, "before", "6 bytes into a record");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void endOfTheClientAfterItsFirstMessage(Cell cell) {
    startServer(cell, pipe.server());
    sayHello(cell);
    pipe.client().close();
    executor.runUntilIdle();
    assertStage(
        server,
        StreamError.TRUNCATED,
        "the client ended",
        "after its first message",
        "trust our certificate");
  }

  /** What only a server may send makes a task of the JDK's engine throw what nobody expects. */
  @ParameterizedTest
  @MethodSource("engines")
  void clientThatSendsWhatAServerWould(Cell cell) {
    startServer(cell, pipe.server());
    put(pipe.client(), HELLO_REQUEST);
    pipe.client().close();
    executor.runUntilIdle();
    assertRefused();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void clientThatSendsWhatAServerWouldAndWaits(Cell cell) {
    startServer(cell, pipe.server());
    put(pipe.client(), HELLO_REQUEST);
    executor.advance(Duration.ofSeconds(2)); // for the farewell, not for the whole handshake
    assertRefused();
  }

  private void assertRefused() {
    assertThat(server.error()).isInstanceOf(TlsException.class).hasMessageContaining("TLS");
    assertThat(pipe.server().isOpen()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void resetOfBothSides(Cell cell) {
    startClient(cell, pipe.client());
    take(pipe.server());
    pipe.client().faults().resetAt(Direction.INBOUND, 0);
    executor.runUntilIdle();
    assertStage(client, StreamError.RESET, "before it sent anything", "no TLS", "broken off");

    startServer(cell, other.server());
    other.server().faults().resetAt(Direction.INBOUND, 0);
    executor.runUntilIdle();
    assertStage(server, StreamError.RESET, "before it sent anything", "broken off");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void resetAfterTheAnswer(Cell cell) {
    startClient(cell, pipe.client());
    answerClient(cell);
    pipe.client().faults().resetAt(Direction.INBOUND, 0);
    executor.runUntilIdle();
    assertStage(client, StreamError.RESET, "after it had answered", "client certificate");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void closeNotifyInPlaceOfAnAnswer(Cell cell) {
    startClient(cell, pipe.client());
    take(pipe.server());
    put(pipe.server(), CLOSE_NOTIFY);
    executor.advance(Duration.ofSeconds(2));
    assertCloseNotify(client, "the server ended", "close_notify");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void closeNotifyAfterTheAnswer(Cell cell) {
    if (cell.tls13()) {
      return; // where it is encrypted
    }
    startClient(cell, pipe.client());
    answerClient(cell);
    put(pipe.server(), CLOSE_NOTIFY);
    executor.advance(Duration.ofSeconds(2));
    assertCloseNotify(client, "the server ended", "close_notify", "after it had answered");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void closeNotifyInPlaceOfTheFirstMessage(Cell cell) {
    startServer(cell, pipe.server());
    put(pipe.client(), CLOSE_NOTIFY);
    executor.advance(Duration.ofSeconds(2));
    assertCloseNotify(server, "the client ended", "close_notify");
  }

  /** In TLS 1.3 it is encrypted then, and looks like anything else. */
  @ParameterizedTest
  @MethodSource("engines")
  void closeNotifyAfterTheAnswerOfTheServer(Cell cell) throws Exception {
    if (!cell.tls13()) {
      return; // the client sends the rest of its handshake first
    }
    startServer(cell, pipe.server());
    TlsConfig config = cell.client().withEngine(TlsEngine.jdk());
    SSLEngine engine = TlsContext.of(config).newEngine("server.test", 443).engine();
    engine.beginHandshake();
    put(pipe.client(), wrapAll(engine));
    byte[] answer = take(pipe.client());
    ByteBuffer records = ByteBuffer.wrap(answer);
    while (engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP && records.hasRemaining()) {
      engine.unwrap(records, ByteBuffer.allocate(1 << 15));
      runTasks(engine);
    }
    engine.closeOutbound();
    put(pipe.client(), wrapAll(engine));
    executor.advance(Duration.ofSeconds(2));
    assertCloseNotify(server, "the client ended", "close_notify", "trust our certificate");
  }

  private static byte[] wrapAll(SSLEngine engine) throws Exception {
    ByteBuffer out = ByteBuffer.allocate(1 << 16);
    SSLEngineResult result;
    do {
      result = engine.wrap(ByteBuffer.allocate(0), out);
      runTasks(engine);
    } while (result.bytesProduced() > 0
        && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
    return Arrays.copyOf(out.array(), out.position());
  }

  private static void runTasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  private static void assertCloseNotify(Result<TlsStream> side, String... parts) {
    assertThat(side.error()).isInstanceOf(OperationException.class);
    assertThat(((OperationException) side.error()).condition())
        .isEqualTo(ErrorCondition.HANDSHAKE_FAILED);
    assertThat(side.error()).hasMessageContainingAll(parts);
    assertThat(side.error().getMessage()).doesNotContain("in common");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.Handler;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InMemoryTransportTest {
  private static final Endpoint ECHO = Endpoint.parse("ws+memory://echo/chat");
  private static final TransportOptions DEFAULTS = TransportOptions.defaults();

  private final ManualExecutor executor = new ManualExecutor();
  private final InMemoryRegistry registry = new InMemoryRegistry();
  private final InMemoryTransport transport = new InMemoryTransport(executor, registry);

  @AfterEach
  void nothingIsLeft() {
    executor.runUntilIdle(1_000);
    assertThat(executor.pendingTimers()).isZero();
  }

  /** How a connect or an accept ended. */
  private static final class Meet implements Handler<AsyncStream> {
    private final CancellationSignal signal = new CancellationSignal();
    private int calls;
    private @Nullable IOException error;
    private @Nullable AsyncStream stream;

    @Override
    public CancellationSlot cancellationSlot() {
      return signal.slot();
    }

    @Override
    public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
      calls++;
      this.error = error;
      this.stream = stream;
    }

    void assertPending() {
      assertThat(calls).isZero();
    }

    InMemoryStream stream() {
      assertThat(calls).isEqualTo(1);
      assertThat(error).isNull();
      return stream.layer(InMemoryStream.class);
    }

    StreamException assertFailed(StreamError expected) {
      assertThat(calls).isEqualTo(1);
      assertThat(stream).isNull();
      StreamException failure = (StreamException) error;
      assertThat(failure.error()).isEqualTo(expected);
      return failure;
    }
  }

  private Meet connect(Endpoint remote, TransportOptions options) {
    Meet connect = new Meet();
    transport.asyncConnect(remote, options, connect);
    executor.runUntilIdle();
    return connect;
  }

  private Meet connect() {
    return connect(ECHO, DEFAULTS);
  }

  private Meet accept(Acceptor acceptor) {
    Meet accept = new Meet();
    acceptor.asyncAccept(accept);
    executor.runUntilIdle();
    return accept;
  }

  private void assertConnected(Meet client, Meet server) {
    ByteBuffer target = ByteBuffer.allocate(4);
    client.stream().asyncWriteSome(Bytes.of("ping"), new Result());
    Result read = new Result();
    server.stream().asyncReadSome(target, read);
    executor.runUntilIdle();
    read.assertMoved(4);
    client.stream().close();
    server.stream().close();
  }

  @Test
  void connectMeetsAnAcceptThatWaits() throws IOException {
    try (Acceptor acceptor = transport.listen(ECHO, DEFAULTS)) {
      Meet accept = accept(acceptor);
      accept.assertPending();
      assertConnected(connect(), accept);
    }
  }

  @Test
  void closeResetsWithoutLingeringAndATeardownDoesNot() throws IOException {
    TransportOptions abrupt = DEFAULTS.with(StandardSocketOptions.SO_LINGER, 0);
    try (Acceptor acceptor = transport.listen(ECHO, abrupt)) {
      for (boolean byClient : new boolean[] {true, false}) {
        assertEnd(acceptor, abrupt, byClient, StreamError.RESET);
        assertEnd(acceptor, abrupt, !byClient, StreamError.EOF);
      }
    }
    TransportOptions lingering = DEFAULTS.with(StandardSocketOptions.SO_LINGER, 1);
    try (Acceptor acceptor = transport.listen(ECHO, lingering)) {
      Meet client = connect(ECHO, lingering);
      accept(acceptor).stream().close();
      assertReads(client.stream(), StreamError.EOF);
    }
  }

  /** Ends one side by close() if a reset is to come of it, and by a teardown otherwise. */
  private void assertEnd(
      Acceptor acceptor, TransportOptions options, boolean byClient, StreamError expected) {
    Meet client = connect(ECHO, options);
    InMemoryStream server = accept(acceptor).stream();
    InMemoryStream ending = byClient ? client.stream() : server;
    InMemoryStream other = byClient ? server : client.stream();
    if (expected == StreamError.RESET) {
      ending.close();
      assertReads(other, expected);
      other.close();
      return;
    }
    Result one = new Result();
    Result two = new Result();
    ending.asyncTeardown(Role.SERVER, one);
    assertReads(other, expected);
    other.asyncTeardown(Role.CLIENT, two);
    executor.runUntilIdle();
    one.assertMoved(0);
    two.assertMoved(0);
  }

  private void assertReads(InMemoryStream stream, StreamError expected) {
    Result read = new Result();
    stream.asyncReadSome(ByteBuffer.allocate(1), read);
    executor.runUntilIdle();
    read.assertFailed(expected);
  }

  @Test
  void acceptMeetsTheConnectThatWaitsLongest() throws IOException {
    try (Acceptor acceptor = transport.listen(ECHO, DEFAULTS)) {
      Meet first = connect();
      Meet second = connect();
      first.assertPending();
      Meet accept = accept(acceptor);
      second.assertPending();
      assertConnected(first, accept);
      assertConnected(second, accept(acceptor));
    }
  }

  @Test
  void streamsShowTheName() throws IOException {
    try (Acceptor acceptor = transport.listen(ECHO, DEFAULTS)) {
      Meet connect = connect();
      Meet accept = accept(acceptor);
      assertThat(connect.stream()).hasToString("in-memory client of echo");
      assertThat(accept.stream()).hasToString("in-memory server of echo");
    }
  }

  @Test
  void connectToANameThatNobodyListensOnIsRefusedAndTellsWhichThereAre() throws IOException {
    try (Acceptor a = transport.listen(Endpoint.parse("ws+memory://a"), DEFAULTS);
        Acceptor b = transport.listen(Endpoint.parse("ws+memory://b"), DEFAULTS)) {
      StreamException refused = connect().assertFailed(StreamError.REFUSED);
      assertThat(refused.condition()).isEqualTo(ErrorCondition.CONNECT_FAILED);
      assertThat(refused).hasMessageContaining("ws+memory://echo").hasMessageContaining("[a, b]");
      assertThat(a.isOpen() && b.isOpen()).isTrue();
    }
  }

  @Test
  void refusalIsPostedOrRunByTheImmediateExecutor() {
    Meet posted = new Meet();
    Meet inline = new Meet();
    executor.execute(
        () -> {
          transport.asyncConnect(ECHO, DEFAULTS, posted);
          posted.assertPending();
          transport.asyncConnect(
              ECHO, DEFAULTS, Handler.bindImmediateExecutor(InlineExecutor.instance(), inline));
          inline.assertFailed(StreamError.REFUSED);
        });
    executor.runUntilIdle();
    posted.assertFailed(StreamError.REFUSED);
  }

  @Test
  void nameCanBeTakenOnceAtATime() throws IOException {
    Acceptor acceptor = transport.listen(ECHO, DEFAULTS);
    assertThat(registry.names()).containsExactly("echo");
    assertThatThrownBy(() -> transport.listen(ECHO, DEFAULTS))
        .isInstanceOfSatisfying(
            StreamException.class, e -> assertThat(e.error()).isEqualTo(StreamError.ADDRESS_IN_USE))
        .hasMessageContaining("'echo'");
    acceptor.close();
    assertThat(registry.names()).isEmpty();
    transport.listen(ECHO, DEFAULTS).close();
  }

  @Test
  void portZeroChoosesAFreeOne() throws IOException {
    Endpoint any = Endpoint.parse("ws+memory://echo:0/chat");
    Acceptor first = transport.listen(any, DEFAULTS);
    Acceptor second = transport.listen(any, DEFAULTS);
    assertThat(first.localEndpoint()).isEqualTo(any.withPort(1));
    assertThat(second.localEndpoint()).isEqualTo(any.withPort(2));
    Meet accept = accept(second);
    assertConnected(connect(second.localEndpoint(), DEFAULTS), accept);
    first.close();
    second.close();
  }

  @Test
  void registriesAreSeparate() throws IOException {
    InMemoryTransport other = new InMemoryTransport(executor, new InMemoryRegistry());
    try (Acceptor acceptor = other.listen(ECHO, DEFAULTS)) {
      connect().assertFailed(StreamError.REFUSED);
      assertThat(acceptor.localEndpoint()).isEqualTo(ECHO);
    }
  }

  @Test
  void connectTimesOutByTheClockOfItsExecutor() throws IOException {
    try (Acceptor acceptor = transport.listen(ECHO, DEFAULTS)) {
      Meet connect = connect(ECHO, DEFAULTS.withConnectTimeout(Duration.ofSeconds(5)));
      executor.advance(Duration.ofSeconds(5).minusNanos(1));
      connect.assertPending();
      executor.advance(Duration.ofNanos(1));
      assertThat(connect.assertFailed(StreamError.TIMEOUT)).hasMessageContaining("within 5 s");
      accept(acceptor).assertPending();
    }
  }

  @Test
  void connectWithoutALimitWaits() throws IOException {
    try (Acceptor acceptor = transport.listen(ECHO, DEFAULTS)) {
      Meet connect = connect(ECHO, DEFAULTS.withConnectTimeout(Duration.ZERO));
      assertThat(executor.pendingTimers()).isZero();
      executor.advance(Duration.ofDays(1000));
      assertConnected(connect, accept(acceptor));
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void anyCancellationEndsAConnectWithoutATrace(CancellationType type) throws IOException {
    try (Acceptor acceptor = transport.listen(ECHO, DEFAULTS)) {
      Meet connect = connect();
      connect.signal.emit(type);
      connect.assertPending();
      executor.runUntilIdle();
      assertThat(connect.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
      assertThat(executor.pendingTimers()).isZero();
      accept(acceptor).assertPending();
    }
  }

  @ParameterizedTest
  @EnumSource(CancellationType.class)
  void anyCancellationEndsAnAcceptAndLosesNoConnection(CancellationType type) throws IOException {
    try (Acceptor acceptor = transport.listen(ECHO, DEFAULTS)) {
      Meet accept = accept(acceptor);
      accept.signal.emit(type);
      executor.runUntilIdle();
      assertThat(accept.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
      Meet connect = connect();
      connect.assertPending();
      assertConnected(connect, accept(acceptor));
    }
  }

  @Test
  void cancellationAfterTheMeetingIsIgnored() throws IOException {
    try (Acceptor acceptor = transport.listen(ECHO, DEFAULTS)) {
      Meet accept = accept(acceptor);
      Meet connect = new Meet();
      transport.asyncConnect(ECHO, DEFAULTS, connect);
      accept.signal.emit(CancellationType.TERMINAL);
      connect.signal.emit(CancellationType.TERMINAL);
      executor.runUntilIdle();
      assertConnected(connect, accept);
    }
  }

  @Test
  void secondAcceptThrowsUntilTheHandlerOfTheFirstRuns() throws IOException {
    try (Acceptor acceptor = transport.listen(ECHO, DEFAULTS)) {
      Meet first = accept(acceptor);
      assertThatThrownBy(() -> acceptor.asyncAccept(new Meet()))
          .isInstanceOf(ReadPendingException.class)
          .hasMessageContaining("asyncAccept");
      Meet connect = new Meet();
      transport.asyncConnect(ECHO, DEFAULTS, connect);
      assertThatThrownBy(() -> acceptor.asyncAccept(new Meet()))
          .isInstanceOf(ReadPendingException.class);
      executor.runUntilIdle();
      assertConnected(connect, first);
      accept(acceptor).assertPending();
    }
  }

  @Test
  void handlerMayAcceptTheNext() throws IOException {
    try (Acceptor acceptor = transport.listen(ECHO, DEFAULTS)) {
      List<AsyncStream> accepted = new ArrayList<>();
      acceptor.asyncAccept(
          new Handler<AsyncStream>() {
            @Override
            public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
              if (error == null) {
                accepted.add(stream);
                acceptor.asyncAccept(this);
              }
            }
          });
      connect().stream();
      connect().stream();
      assertThat(accepted).hasSize(2);
    }
  }

  @Test
  void connectBeyondTheBacklogIsRefused() throws IOException {
    try (Acceptor acceptor = transport.listen(ECHO, DEFAULTS.with(InMemoryOptions.BACKLOG, 2))) {
      Meet first = connect();
      connect().assertPending();
      assertThat(connect().assertFailed(StreamError.REFUSED)).hasMessageContaining("backlog of 2");
      assertConnected(first, accept(acceptor));
      connect().assertPending();
    }
  }

  @Test
  void acceptorsCloseEndsWhatWaitsAndLeavesWhatIsConnected() throws IOException {
    Acceptor acceptor = transport.listen(ECHO, DEFAULTS);
    Meet server = accept(acceptor);
    Meet client = connect();
    Meet accept = accept(acceptor);
    acceptor.close();
    acceptor.close();
    executor.runUntilIdle();
    accept.assertFailed(StreamError.ABORTED);
    assertThat(acceptor.isOpen()).isFalse();
    accept(acceptor).assertFailed(StreamError.CLOSED);
    connect().assertFailed(StreamError.REFUSED);
    assertConnected(client, server);
  }

  @Test
  void acceptorsCloseRefusesWhatIsQueued() throws IOException {
    Acceptor acceptor = transport.listen(ECHO, DEFAULTS);
    Meet connect = connect();
    acceptor.close();
    executor.runUntilIdle();
    connect.assertFailed(StreamError.REFUSED);
  }

  @Test
  void streamsGetTheExecutorTheirOptionsName() throws IOException {
    ManualExecutor clients = new ManualExecutor();
    ManualExecutor servers = new ManualExecutor();
    Acceptor acceptor = transport.listen(ECHO, DEFAULTS.withExecutor(servers));
    assertThat(acceptor.executor()).isSameAs(servers);
    Meet connect = connect(ECHO, DEFAULTS.withExecutor(clients));
    Meet accept = accept(acceptor);
    connect.assertPending();
    accept.assertPending();
    clients.runUntilIdle();
    servers.runUntilIdle();
    assertThat(connect.stream().executor()).isSameAs(clients);
    assertThat(accept.stream().executor()).isSameAs(servers);
    assertThat(transport.executor()).isSameAs(executor);
    acceptor.close();
  }

  @Test
  void windowIsThatOfTheReceivingSide() throws IOException {
    Acceptor acceptor = transport.listen(ECHO, DEFAULTS.with(InMemoryOptions.WINDOW_BYTES, 3));
    Meet connect = connect(ECHO, DEFAULTS.with(InMemoryOptions.WINDOW_BYTES, 5));
    Meet accept = accept(acceptor);
    Result toServer = new Result();
    Result toClient = new Result();
    connect.stream().asyncWriteSome(Bytes.of("123456789"), toServer);
    accept.stream().asyncWriteSome(Bytes.of("123456789"), toClient);
    executor.runUntilIdle();
    toServer.assertMoved(3);
    toClient.assertMoved(5);
    acceptor.close();
  }

  @Test
  void foreignEndpointsAndOptionsAreMisuse() {
    Endpoint tcp = Endpoint.parse("ws://localhost/");
    assertThatThrownBy(() -> transport.asyncConnect(tcp, DEFAULTS, new Meet()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ws+memory");
    assertThatThrownBy(() -> transport.listen(tcp, DEFAULTS))
        .isInstanceOf(IllegalArgumentException.class);
    TransportOptions foreign = DEFAULTS.with(StandardSocketOptions.TCP_NODELAY, true);
    assertThatThrownBy(() -> transport.asyncConnect(ECHO, foreign, new Meet()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("TCP_NODELAY")
        .hasMessageContaining("[WINDOW_BYTES, BACKLOG, SO_LINGER]");
    assertThatThrownBy(() -> transport.listen(ECHO, foreign))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> transport.listen(ECHO, DEFAULTS.with(InMemoryOptions.WINDOW_BYTES, 0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                transport.asyncConnect(
                    ECHO, DEFAULTS.with(InMemoryOptions.WINDOW_BYTES, -1), new Meet()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> transport.listen(ECHO, DEFAULTS.with(InMemoryOptions.BACKLOG, -1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> transport.asyncConnect(ECHO, DEFAULTS, (Meet) null))
        .isInstanceOf(NullPointerException.class);
    assertThat(registry.names()).isEmpty();
  }

  @Test
  @Timeout(60)
  void defaultTransportConnectsAcrossInstancesOnTheSharedLoop() throws IOException {
    Endpoint endpoint = Endpoint.parse("ws+memory://default-transport-test:0");
    try (Acceptor acceptor = new InMemoryTransport().listen(endpoint, DEFAULTS)) {
      CompletableFuture<AsyncStream> accept = acceptor.asyncAccept(CompletionToken.useFuture());
      AsyncStream client =
          new InMemoryTransport()
              .asyncConnect(acceptor.localEndpoint(), DEFAULTS, CompletionToken.useBlocking());
      AsyncStream server = accept.join();
      assertThat(client.executor()).isSameAs(InMemoryLoop.shared());
      assertThat(client.asyncWriteSome(Bytes.of("hello"), CompletionToken.useBlocking()))
          .isEqualTo(5);
      assertThat(server.asyncReadSome(ByteBuffer.allocate(9), CompletionToken.useBlocking()))
          .isEqualTo(5);
      client.close();
      server.close();
    }
  }

  @Test
  @Timeout(60)
  void oneOfManyWhoWantANameGetsIt() throws Exception {
    AtomicInteger won = new AtomicInteger();
    AtomicInteger lost = new AtomicInteger();
    for (int round = 0; round < 200; round++) {
      List<Thread> threads = new ArrayList<>();
      List<Acceptor> acceptors = Collections.synchronizedList(new ArrayList<>());
      CountDownLatch start = new CountDownLatch(1);
      for (int i = 0; i < 4; i++) {
        Thread thread =
            new Thread(
                () -> {
                  try {
                    start.await();
                    acceptors.add(transport.listen(ECHO, DEFAULTS));
                    won.incrementAndGet();
                  } catch (IOException e) {
                    lost.incrementAndGet();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
        thread.start();
        threads.add(thread);
      }
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(acceptors).hasSize(1);
      acceptors.get(0).close();
    }
    assertThat(won).hasValue(200);
    assertThat(lost).hasValue(600);
  }

  /** Connects, accepts, cancellations and the acceptor's close all race; each ends once. */
  @Test
  @Timeout(60)
  void everyConnectAndAcceptEndsOnceWhateverRaces() throws Exception {
    InMemoryLoop loop = new InMemoryLoop("race");
    InMemoryTransport real = new InMemoryTransport(loop, registry);
    int[] outcomes = new int[2];
    for (int round = 0; round < 2_000; round++) {
      Acceptor acceptor = real.listen(ECHO, DEFAULTS);
      CountDownLatch start = new CountDownLatch(1);
      CompletableFuture<Boolean> connected = new CompletableFuture<>();
      CompletableFuture<Boolean> accepted = new CompletableFuture<>();
      CancellationSignal signal = new CancellationSignal();
      List<Thread> threads =
          List.of(
              racing(
                  start,
                  () ->
                      real.asyncConnect(
                          ECHO,
                          DEFAULTS,
                          Handler.<AsyncStream>bindCancellationSlot(
                              signal.slot(), (error, stream) -> once(connected, error)))),
              racing(start, () -> acceptor.asyncAccept((error, stream) -> once(accepted, error))),
              racing(start, round % 2 == 0 ? acceptor::close : () -> {}),
              racing(start, () -> signal.emit(CancellationType.TOTAL)));
      start.countDown();
      for (Thread thread : threads) {
        thread.join();
      }
      boolean meets = connected.get(30, TimeUnit.SECONDS);
      if (round % 2 != 0 && !meets) {
        acceptor.close();
      }
      assertThat(accepted.get(30, TimeUnit.SECONDS)).isEqualTo(meets);
      outcomes[meets ? 1 : 0]++;
      acceptor.close();
    }
    loop.close();
    System.out.println("missed " + outcomes[0] + ", met " + outcomes[1]);
    assertThat(registry.names()).isEmpty();
  }

  private static Thread racing(CountDownLatch start, Runnable action) {
    Thread thread =
        new Thread(
            () -> {
              try {
                start.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              action.run();
            });
    thread.start();
    return thread;
  }

  private static void once(CompletableFuture<Boolean> future, @Nullable IOException error) {
    if (!future.complete(error == null)) {
      throw new AssertionError("the handler ran twice");
    }
  }
}

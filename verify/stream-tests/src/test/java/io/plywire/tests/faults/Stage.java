// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.Role;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Timeouts;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a {@link Scenario} is played once: two streams, or one and a raw client, on a pipe of some
 * {@link PipeShape}. It knows what holds after every performance, however it was disturbed.
 */
final class Stage implements AutoCloseable {
  /** Every deadline is set, so whatever goes wrong comes to an end in time. */
  private static final WebSocketOptions OPTIONS =
      WebSocketOptions.defaults()
          .withWriteBufferBytes(16)
          .withTimeouts(
              new Timeouts(
                  Duration.ofSeconds(10),
                  Duration.ofSeconds(10),
                  Duration.ofSeconds(20),
                  Duration.ofSeconds(7),
                  Duration.ofSeconds(7),
                  Duration.ofSeconds(10),
                  Duration.ofSeconds(15)));

  final Harness h;
  final WebSocketStream client; // null where a raw peer plays it
  final WebSocketStream server;
  final RawPeer rawClient;

  private final List<Recorded<?>> operations = new ArrayList<>();
  private final List<PatientReader> readers = new ArrayList<>();
  private final List<Runnable> expectations = new ArrayList<>();
  private Runnable disturbance;
  private long disturbedAt = -1;
  private long steps;
  private boolean wasCalledOff;

  Stage(PipeShape shape, Scenario scenario) {
    h = new Harness(shape.windowBytes());
    WebSocketOptions options = scenario.compresses() ? deflating(h) : OPTIONS;
    server = h.server(options);
    client = scenario.raw ? null : h.client(options);
    rawClient = scenario.raw ? h.raw(Role.CLIENT) : null;
  }

  /** Compression with both kinds of window: the client's lasts, the server's does not. */
  private static WebSocketOptions deflating(Harness h) {
    return OPTIONS.withDeflate(
        DeflateOptions.defaults()
            .withEngine(h.engine)
            .withThreshold(0)
            .withContextTakeover(Role.SERVER, false));
  }

  InMemoryStream end(Role role) {
    return role == Role.CLIENT ? h.clientEnd : h.serverEnd;
  }

  /** Opens the streams without any disturbance. */
  void open() {
    beginOpening();
    h.run();
    operations.forEach(Recorded::result);
    if (rawClient != null) {
      rawClient.forgetHead();
    }
  }

  /** Starts to open the streams. */
  void beginOpening() {
    Recorded<UpgradeRequest> accept = operation("accept");
    server.asyncAccept(accept);
    if (client == null) {
      rawClient.send(Harness.request());
    } else {
      Recorded<UpgradeResponse> handshake = operation("handshake");
      client.asyncHandshake("example.com", "/", handshake);
    }
  }

  private <T> Recorded<T> operation(String name) {
    Recorded<T> recorded = h.handler(name);
    operations.add(recorded);
    return recorded;
  }

  /** Starts to read all there is; returns the reader of the stream if it has one. */
  PatientReader read(WebSocketStream stream) {
    for (PatientReader reader : readers) {
      if (reader.reads(stream)) {
        return reader;
      }
    }
    PatientReader reader = new PatientReader(stream);
    readers.add(reader);
    return reader;
  }

  Recorded<Long> write(WebSocketStream stream, String text) {
    return writeSome(stream, true, text);
  }

  Recorded<Long> writeSome(WebSocketStream stream, boolean fin, String text) {
    Recorded<Long> write = operation("write of " + text.length());
    return start(write, () -> stream.asyncWriteSome(fin, Harness.bytes(text), Recorded.io(write)));
  }

  Recorded<Void> ping(WebSocketStream stream, String payload) {
    Recorded<Void> ping = operation("ping");
    return start(ping, () -> stream.asyncPing(Harness.bytes(payload), ping));
  }

  Recorded<Void> pong(WebSocketStream stream, String payload) {
    Recorded<Void> pong = operation("pong");
    return start(pong, () -> stream.asyncPong(Harness.bytes(payload), pong));
  }

  Recorded<CloseOutcome> close(WebSocketStream stream, int code) {
    Recorded<CloseOutcome> close = operation("close");
    return start(close, () -> stream.asyncClose(CloseReason.of(code), close));
  }

  private static <T> Recorded<T> start(Recorded<T> operation, Runnable call) {
    try {
      call.run();
    } catch (OperationPendingException e) {
      // The one before has been stalled by a disturbance; it has its deadline.
      operation.completed(new IOException(e), null);
    }
    return operation;
  }

  /** Demands something of a performance that nothing has disturbed. */
  void expect(Runnable expectation) {
    expectations.add(expectation);
  }

  /** Lets something happen after so many steps of the executor. */
  void disturbAt(long step, Runnable what) {
    disturbedAt = step;
    disturbance = what;
  }

  boolean wasDisturbed() {
    return disturbance == null;
  }

  void cancelReads(CancellationType type) {
    readers.forEach(reader -> reader.cancel(type));
  }

  void cancelAll(CancellationType type) {
    wasCalledOff = true;
    cancelReads(type);
    operations.forEach(operation -> operation.cancel(type));
  }

  /** Lets everything happen that can happen without time passing. */
  void run() {
    disturb();
    while (h.executor.runOne()) {
      steps++;
      disturb();
    }
  }

  private void disturb() {
    if (steps == disturbedAt && disturbance != null) {
      Runnable what = disturbance;
      disturbance = null;
      what.run();
    }
  }

  /** Lets time pass. */
  void pass(int seconds) {
    run();
    h.executor.advance(Duration.ofSeconds(seconds));
  }

  /** Demands what a performance without disturbance achieves. */
  void verify() {
    expectations.forEach(Runnable::run);
  }

  /** Lets all deadlines pass, and demands that everything has come to its end. */
  void settle(IOException fault) {
    run();
    h.executor.advance(Duration.ofMinutes(2));
    for (Recorded<?> operation : operations) {
      assertThat(operation.runs()).as("runs of the handler of %s", operation).isEqualTo(1);
    }
    for (PatientReader reader : readers) {
      assertThat(reader.end()).as("end of a reader that got %s", reader.messages()).isNotNull();
    }
    if (wasCalledOff) { // and perhaps nobody reads any more, which nothing can end but this
      server.abort();
      if (client != null) {
        client.abort();
      }
      run();
    }
    if (fault != null) {
      long told =
          operations.stream().filter(operation -> operation.error() == fault).count()
              + readers.stream().filter(reader -> reader.end() == fault).count();
      assertThat(told).as("operations that were told the fault itself").isLessThanOrEqualTo(1);
    }
    assertThat(server.closeOutcome()).as("the server's outcome").isNotNull();
    assertThat(h.serverEnd.isOpen()).as("the server's end is open").isFalse();
    if (client != null) {
      assertThat(client.closeOutcome()).as("the client's outcome").isNotNull();
      assertThat(h.clientEnd.isOpen()).as("the client's end is open").isFalse();
    } else {
      rawClient.stop();
      h.run();
    }
    assertThat(h.executor.buffers().outstanding()).as("buffers not returned").isZero();
    assertThat(h.executor.pendingTimers()).as("timers left").isZero();
  }

  @Override
  public void close() {
    h.close();
  }
}

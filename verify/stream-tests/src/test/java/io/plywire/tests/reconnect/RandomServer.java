// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.Faults;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.IoKind;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Harness;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.Upgraded;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The other side of {@link RandomReconnects}: refuses, hangs, breaks, closes, and now and then
 * works.
 */
final class RandomServer {
  /** What the server has of a connection. */
  final class Connection {
    final int number = connections.size();
    final List<String> received = new ArrayList<>();
    final WebSocketStream stream;
    final WebSocketStream client;
    private final boolean readsFromTheStart; // a close without a read drops what comes
    private int said;
    private boolean reads;
    private boolean speaking;
    private boolean closing;

    Connection(WebSocketStream stream, WebSocketStream client) {
      this.stream = stream;
      this.client = client;
      this.reads = random.nextInt(5) > 0;
      this.readsFromTheStart = reads;
      if (reads) {
        read();
      }
    }

    private void read() {
      stream.asyncRead(
          (error, message) -> {
            if (message == null) {
              return;
            }
            if (!message.text().equals("hello")) {
              received.add(message.text());
            }
            read();
          });
    }

    private void say() {
      if (stream.isOpen() && !speaking) {
        speaking = true;
        stream.asyncWrite(number + ":" + said++, (error, bytes) -> speaking = false);
      }
    }

    /** Whether everything that came before the client's goodbye was read here. */
    boolean endedInOrder() {
      CloseOutcome outcome = stream.closeOutcome();
      return readsFromTheStart && outcome != null && outcome.handshakeComplete();
    }
  }

  final List<Connection> connections = new ArrayList<>();
  int refused;
  boolean saidStop;
  private final ManualExecutor executor;
  private final Random random;

  RandomServer(ManualExecutor executor, Random random) {
    this.executor = executor;
    this.random = random;
  }

  Connection latest() {
    return connections.isEmpty() ? null : connections.get(connections.size() - 1);
  }

  void dial(Handler<WebSocketStream> handler) {
    switch (random.nextInt(9)) {
      case 0 -> refuse(handler, new StreamException(StreamError.REFUSED, "nobody listens"));
      case 1 -> refuse(handler, status(new int[] {500, 503, 429, 408}[random.nextInt(4)]));
      case 2 -> {
        if (random.nextInt(20) == 0) {
          saidStop = true;
          refuse(handler, status(403));
        } else {
          refused++; // hangs until the deadline, and answers then or never
          if (random.nextBoolean()) {
            executor.schedule(
                Duration.ofMillis(random.nextInt(1000)), () -> handler.completed(null, connect()));
          }
        }
      }
      case 3 -> {
        if (random.nextInt(20) == 0) {
          throw unchecked();
        }
        handler.completed(null, connect());
      }
      default -> {
        if (random.nextBoolean()) {
          handler.completed(null, connect());
        } else {
          executor.schedule(
              Duration.ofMillis(random.nextInt(30)), () -> handler.completed(null, connect()));
        }
      }
    }
  }

  private RuntimeException unchecked() {
    saidStop = true; // a dial that throws is not asked again
    return new IllegalStateException("thrown by the dial");
  }

  private void refuse(Handler<WebSocketStream> handler, IOException error) {
    refused++;
    if (random.nextBoolean()) {
      handler.completed(error, null);
    } else {
      executor.schedule(
          Duration.ofMillis(random.nextInt(50)), () -> handler.completed(error, null));
    }
  }

  private IOException status(int status) {
    HttpFields fields = new HttpFields();
    if (random.nextBoolean()) {
      fields.set("Retry-After", Integer.toString(random.nextInt(2)));
    }
    return WebSocketException.refused(
        WebSocketError.UPGRADE_DECLINED,
        "status " + status,
        new UpgradeResponse(status, "No", fields, new byte[0]));
  }

  private WebSocketStream connect() {
    int window = random.nextInt(3) == 0 ? 4 + random.nextInt(64) : 1 + random.nextInt(9000);
    InMemoryPipe pipe =
        InMemoryPipe.builder(executor)
            .windowBytes(window)
            .resetOnClose(random.nextBoolean(), random.nextBoolean())
            .build();
    if (random.nextBoolean()) {
      disturb(pipe.client());
    }
    if (random.nextInt(4) == 0) {
      disturb(pipe.server());
    }
    WebSocketStream client =
        new WebSocketStream(pipe.client(), Harness.quiet(), Upgraded.as(Role.CLIENT));
    WebSocketStream stream =
        new WebSocketStream(pipe.server(), Harness.quiet(), Upgraded.as(Role.SERVER));
    connections.add(new Connection(stream, client));
    return client;
  }

  private void disturb(InMemoryStream end) {
    Faults faults = end.faults();
    faults.postAlways(random.nextBoolean());
    if (random.nextInt(3) == 0) {
      faults.capWrites(Faults.random(random.nextLong(), 1 + random.nextInt(200)));
    }
    Direction direction = random.nextBoolean() ? Direction.OUTBOUND : Direction.INBOUND;
    switch (random.nextInt(5)) {
      case 0 -> faults.resetAt(direction, random.nextInt(5000));
      case 1 -> faults.endAt(direction, random.nextInt(5000));
      case 2 -> faults.fail(IoKind.WRITE, random.nextInt(20), broken());
      case 3 -> faults.fail(IoKind.READ, random.nextInt(20), broken());
      default -> faults.failWriteAfter(random.nextInt(10), random.nextInt(4000), broken());
    }
  }

  private static IOException broken() {
    return new StreamException(StreamError.RESET, "injected");
  }

  /** Does something with the latest connection. */
  void act() {
    Connection connection = latest();
    if (connection == null) {
      return;
    }
    switch (random.nextInt(12)) {
      case 0 -> connection.stream.abort();
      case 1 -> close(connection, new int[] {1001, 1011, 1012, 4000}[random.nextInt(4)]);
      case 2 -> {
        if (random.nextInt(10) == 0) {
          saidStop |= connection.stream.isOpen();
          close(connection, new int[] {1000, 1008, 1002}[random.nextInt(3)]);
        }
      }
      case 3 -> {
        if (!connection.reads) {
          connection.reads = true;
          connection.read();
        }
      }
      default -> connection.say();
    }
  }

  private static void close(Connection connection, int code) {
    if (connection.stream.isOpen() && !connection.closing) {
      connection.closing = true;
      connection.stream.asyncClose(CloseReason.of(code), (error, outcome) -> {});
    }
  }

  /** What came in is what was said, in order and never twice; the end of a connection may lack. */
  void compareWith(List<String> incoming) {
    int at = 0;
    for (Connection connection : connections) {
      for (int i = 0;
          at < incoming.size() && incoming.get(at).equals(connection.number + ":" + i);
          i++) {
        assertThat(i).isLessThan(connection.said);
        at++;
      }
    }
    assertThat(incoming.subList(at, incoming.size())).as("out of order").isEmpty();
  }

  void stop() {
    connections.forEach(each -> each.stream.abort());
    executor.runUntilIdle();
    for (Connection each : connections) {
      assertThat(each.client.closeOutcome()).as("connection %d is left", each.number).isNotNull();
    }
    executor.advance(Duration.ofSeconds(10)); // dials that hang
    connections.forEach(each -> each.stream.abort());
    executor.runUntilIdle();
    for (Connection each : connections) {
      assertThat(each.client.closeOutcome()).as("connection %d is left", each.number).isNotNull();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One conversation, and the relay that disturbs what one side receives. */
final class Swept implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Harness h = Harness.relayed();
  private final SweptEngine client;
  private final SweptEngine server;
  private final Conversation conversation;
  private final Relay relay;
  private final Conversation.Side reader;
  private final Conversation.Side writer;

  /** The contexts of one cell, shared by all conversations of a sweep. */
  static final class Parties {
    private final TlsContext client;
    private final TlsContext server;
    private int connections;

    Parties(TlsTestBase.Cell cell) {
      client = TlsContext.of(cell.client());
      server = TlsContext.of(cell.server());
    }

    /** With a port of its own, a connection finds no session to resume. */
    private ConnectionEngine newClient() {
      return client.newEngine("server.test", 1 + connections++ % 65_535);
    }
  }

  /**
   * Starts one.
   *
   * @param direction what is disturbed: what the client sends, or what it receives
   * @param at which byte; the kind of memory alternates with it
   * @param disturbance what the relay is to do
   */
  Swept(Parties parties, Direction direction, int at, UnaryOperator<Relay> disturbance) {
    client = new SweptEngine(parties.newClient(), at % 2 == 0);
    server = new SweptEngine(parties.server.newEngine(null, -1), at % 2 == 0);
    boolean inbound = direction == Direction.INBOUND;
    relay = disturbance.apply(inbound ? h.toClient : h.toServer);
    h.toServer.start();
    h.toClient.start();
    conversation = new Conversation(h, client, server).start();
    reader = inbound ? conversation.client : conversation.server;
    writer = inbound ? conversation.server : conversation.client;
    h.run();
  }

  /**
   * Goes on after a pause of the relay.
   *
   * @return whether bytes were waiting
   */
  boolean resume() {
    boolean waiting = relay.resume();
    h.run();
    return waiting;
  }

  /** Lets the time pass after which everybody gives up. */
  Swept outlast() {
    h.executor.advance(LONG);
    return this;
  }

  /** Returns how many bytes have passed the relay. */
  long passed() {
    return relay.passed();
  }

  void assertPerfect() {
    conversation.assertPerfect();
    assertThat(conversation.client.session().resumed()).as("resumed").isFalse();
  }

  void assertTruncated() {
    conversation.assertSane();
    assertThat(reader.done).as("%s", reader).isTrue();
    IOException end = reader.stream == null ? reader.errors.get(0) : reader.end;
    // A side that has heard everything leaves without waiting for the end.
    boolean truncated =
        end instanceof StreamException known && known.error() == StreamError.TRUNCATED;
    assertThat(truncated || reader.heardAll()).as("%s", conversation).isTrue();
  }

  void assertCorrupted() {
    conversation.assertSane();
    if (!conversation.isDone()) {
      // A length became greater, and a side waits for bytes that nobody will send.
      writer.stream.close();
      h.run();
    }
    assertThat(reader.heardAll() || !reader.endedWith(StreamError.EOF))
        .as("%s", conversation)
        .isTrue();
    assertThat(reader.done).as("%s", conversation).isTrue();
    assertNotOurFault(reader);
    assertNotOurFault(writer);
  }

  /** Whatever a peer sends, it is not the engine that has failed. */
  private static void assertNotOurFault(Conversation.Side side) {
    assertNotOurFault(side.end);
    side.errors.forEach(Swept::assertNotOurFault);
  }

  private static void assertNotOurFault(@Nullable IOException error) {
    if (error instanceof TlsException known) {
      assertThat(known.error()).as("%s", known).isNotEqualTo(TlsError.ENGINE);
    }
  }

  @Override
  public void close() {
    h.close();
    assertThat(client.isReleased() && server.isReleased()).as("engines released").isTrue();
  }

  @Override
  public String toString() {
    return conversation.toString();
  }
}

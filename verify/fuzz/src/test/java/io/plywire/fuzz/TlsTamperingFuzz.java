// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.AsyncStream;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;

/**
 * Two sides that speak TLS over somebody in between who cuts, changes, drops, repeats and swaps
 * what passes, as the input says. Each side gets what the other one sent, or a beginning of it and
 * an error; never anything else.
 */
public final class TlsTamperingFuzz {
  private static final long MAX_TASKS = 1_000_000;
  private static final TlsContext[] CLIENTS = {Tls.client("TLSv1.3"), Tls.client("TLSv1.2")};
  private static final TlsContext[] SERVERS = {Tls.server("TLSv1.3"), Tls.server("TLSv1.2")};

  private TlsTamperingFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    Choices choices = new Choices(input);
    ManualExecutor executor = new ManualExecutor();
    InMemoryPipe near = InMemoryPipe.create(executor);
    InMemoryPipe far = InMemoryPipe.create(executor);
    int version = choices.nextInt(2);
    Side client = new Side(choices, 1);
    Side server = new Side(choices, 2);
    Relay forth = new Relay(near.server(), far.client(), choices);
    Relay back = new Relay(far.client(), near.server(), choices);
    forth.read();
    back.read();
    TlsStream.asyncHandshake(near.client(), CLIENTS[version], Tls.NAME, -1, client::handshakeEnded);
    TlsStream.asyncHandshake(far.server(), SERVERS[version], null, -1, server::handshakeEnded);
    executor.runUntilIdle(MAX_TASKS);
    executor.advance(Duration.ofMinutes(1));
    executor.runUntilIdle(MAX_TASKS);
    Check.that(client.handshakes == 1 && server.handshakes == 1, "a handshake without an end");
    boolean tampered = forth.tampered || back.tampered;
    if (!tampered) {
      Check.that(server.received.size() == client.sent.length, "not all reached the server");
      Check.that(client.received.size() == server.sent.length, "not all reached the client");
    }
    server.requireBeginningOf(client.sent);
    client.requireBeginningOf(server.sent);
    for (AsyncStream stream :
        new AsyncStream[] {client.stream, server.stream, near.client(), far.server()}) {
      if (stream != null) {
        stream.close();
      }
    }
    near.server().close();
    far.client().close();
    executor.runUntilIdle(MAX_TASKS);
    Check.that(client.isIdle() && server.isIdle(), "an operation without an end");
    Check.equal(executor.pendingTimers(), 0, "timers left");
    Check.equal(executor.buffers().outstanding(), 0, "buffers not returned");
  }

  /** Sends what it has and keeps what it gets. */
  private static final class Side {
    private final byte[] sent;
    private final int piece;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private final ByteBuffer room;
    private final ByteBuffer rest;
    private AsyncStream stream;
    private int handshakes;
    private boolean reading;
    private boolean writing;

    Side(Choices choices, int seed) {
      sent = new byte[choices.nextInt(4) == 0 ? choices.nextInt(40_000) : choices.nextInt(100)];
      new Random(seed).nextBytes(sent);
      rest = ByteBuffer.wrap(sent);
      piece = 1 + choices.nextInt(20_000);
      room = ByteBuffer.allocate(1 + choices.nextInt(20_000));
    }

    void handshakeEnded(IOException error, TlsStream opened) {
      handshakes++;
      Check.that((error == null) != (opened == null), "both or none");
      if (error != null) {
        Reading.name(error);
        return;
      }
      stream = opened;
      read();
      write();
    }

    private void read() {
      Check.that(!reading, "read twice");
      reading = true;
      stream.asyncReadSome(
          room.clear(),
          (error, n) -> {
            Check.that(reading, "a handler twice");
            reading = false;
            Check.equal(room.position(), (int) n, "bytes read");
            received.write(room.array(), 0, (int) n);
            if (error == null) {
              Check.that(n > 0, "read nothing");
              read();
            } else {
              Reading.name(error);
            }
          });
    }

    private void write() {
      if (!rest.hasRemaining()) {
        return;
      }
      writing = true;
      ByteBuffer part = rest.slice(rest.position(), Math.min(piece, rest.remaining()));
      stream.asyncWriteSome(
          new ByteBuffer[] {part},
          (error, n) -> {
            Check.that(writing, "a handler twice");
            writing = false;
            Check.equal(part.position(), (int) n, "bytes written");
            rest.position(rest.position() + (int) n);
            if (error == null) {
              write();
            } else {
              Reading.name(error);
            }
          });
    }

    boolean isIdle() {
      return !reading && !writing;
    }

    void requireBeginningOf(byte[] meant) {
      byte[] got = received.toByteArray();
      Check.that(got.length <= meant.length, "more than was sent");
      Check.that(Arrays.equals(got, Arrays.copyOf(meant, got.length)), "wrong bytes");
    }
  }

  /** Passes bytes on in one direction, more or less. */
  private static final class Relay {
    private final InMemoryStream from;
    private final InMemoryStream to;
    private final Choices choices;
    private final Deque<byte[]> due = new ArrayDeque<>();
    private boolean writing;
    private boolean ended;
    private boolean tampered;

    Relay(InMemoryStream from, InMemoryStream to, Choices choices) {
      this.from = from;
      this.to = to;
      this.choices = choices;
    }

    void read() {
      ByteBuffer some =
          ByteBuffer.allocate(choices.isOver() ? 20_000 : 1 + 8 * choices.nextInt(256));
      from.asyncReadSome(
          some,
          (error, n) -> {
            if (error != null) {
              ended = true;
            } else {
              pass(Arrays.copyOf(some.array(), (int) n));
            }
            write();
            if (!ended) {
              read();
            }
          });
    }

    private void pass(byte[] bytes) {
      if (choices.isOver()) {
        due.add(bytes);
        return;
      }
      int action = choices.nextInt(32);
      tampered |= action >= 1 && action <= 7;
      switch (action) {
        case 1 -> {
          bytes[choices.nextInt(bytes.length)] ^= (byte) (1 << choices.nextInt(8));
          due.add(bytes);
        }
        case 2 -> {} // dropped
        case 3 -> {
          due.add(bytes);
          due.add(bytes);
        }
        case 4 -> {
          due.addFirst(bytes);
        }
        case 5 -> ended = true;
        case 6 -> {
          due.add(new byte[] {(byte) (20 + choices.nextInt(4)), 3, 3, 0, 2, 1, 0});
          due.add(bytes);
        }
        case 7 -> due.add(Arrays.copyOf(bytes, choices.nextInt(bytes.length)));
        default -> due.add(bytes);
      }
    }

    private void write() {
      while (!due.isEmpty() && due.peek().length == 0) {
        due.poll();
      }
      if (writing) {
        return;
      }
      if (due.isEmpty()) {
        if (ended) {
          to.shutdownOutput();
        }
        return;
      }
      writing = true;
      ByteBuffer next = ByteBuffer.wrap(due.poll());
      writeOn(next);
    }

    private void writeOn(ByteBuffer next) {
      to.asyncWriteSome(
          new ByteBuffer[] {next},
          (error, n) -> {
            if (error == null && next.hasRemaining()) {
              writeOn(next);
              return;
            }
            writing = false;
            if (error == null) {
              write();
            }
          });
    }
  }
}

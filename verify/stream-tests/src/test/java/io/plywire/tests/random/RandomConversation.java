// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.Faults;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Recorded;
import io.plywire.tests.support.WireValidator;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageRate;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A conversation of random parts, cuts, pings, pauses, cancellations and faults, against a simple
 * model: what one side meant to send is what the other side gets, up to a prefix if the connection
 * was broken, and the wire obeys RFC 6455 byte by byte.
 */
public final class RandomConversation {
  private static final Duration TICK = Duration.ofMillis(1);

  private RandomConversation() {}

  /**
   * Holds one.
   *
   * @param random decides on everything that happens
   * @param traffic is added to: messages received whole, pongs, frames, compressed messages
   */
  public static void hold(Random random, long[] traffic) {
    int window = random.nextInt(4) == 0 ? 1 + random.nextInt(8) : 1 + random.nextInt(70_000);
    boolean faulty = random.nextInt(4) == 0;
    boolean narrow = window < 64;
    try (Harness h = new Harness(window)) {
      WebSocketStream client = h.client(options(h, random));
      WebSocketStream server = h.server(options(h, random));
      h.open(client, server);
      for (InMemoryStream end : new InMemoryStream[] {h.clientEnd, h.serverEnd}) {
        narrow |= disturb(end, random, faulty);
      }
      Talker a = new Talker(h, client, random, "client", random.nextInt(6), narrow);
      Talker b = new Talker(h, server, random, "server", random.nextInt(6), narrow);
      for (int i = 0; i < 300; i++) {
        (random.nextBoolean() ? a : b).act();
        for (int steps = random.nextInt(6); steps > 0; steps--) {
          h.executor.runOne();
        }
        if (random.nextInt(8) == 0) {
          h.executor.advance(TICK);
        }
      }
      finish(h, a, b);
      if (!faulty) {
        assertThat(a.ended || b.ended).as("an end that nobody caused").isFalse();
      }
      if (!a.ended && !b.ended) {
        assertThat(a.hasSentAll() && b.hasSentAll()).as("everything was sent").isTrue();
        close(h, random.nextBoolean() ? a : b, a, b);
      }
      compare(a, b, faulty);
      compare(b, a, faulty);
      pongsAnswerPings(h.fromClient, h.fromServer);
      pongsAnswerPings(h.fromServer, h.fromClient);
      traffic[0] += a.received.size() + b.received.size();
      traffic[1] += payloads(h.fromClient, 10).size() + payloads(h.fromServer, 10).size();
      traffic[2] += h.fromClient.frames().size() + h.fromServer.frames().size();
      traffic[3] += h.fromClient.inflated().size() + h.fromServer.inflated().size();
    }
  }

  /** Some keep to a rate of messages, in either direction. */
  private static WebSocketOptions options(Harness h, Random random) {
    WebSocketOptions options = deflate(h, random);
    if (random.nextInt(3) == 0) {
      options = options.withIncomingRate(rate(random));
    }
    return random.nextInt(3) == 0 ? options.withOutgoingRate(rate(random)) : options;
  }

  private static MessageRate rate(Random random) {
    return MessageRate.perSecond(500 + random.nextInt(5_000)).withBurst(1 + random.nextInt(4));
  }

  /** Mostly compression, of every kind the JDK can do. */
  private static WebSocketOptions deflate(Harness h, Random random) {
    if (random.nextInt(4) == 0) {
      return Harness.quiet();
    }
    return Harness.quiet()
        .withDeflate(
            DeflateOptions.defaults()
                .withEngine(h.engine)
                .withContextTakeover(Role.CLIENT, random.nextBoolean())
                .withContextTakeover(Role.SERVER, random.nextBoolean())
                .withLevel(random.nextInt(11) - 1)
                .withThreshold(random.nextInt(3) == 0 ? random.nextInt(200) : 0));
  }

  /** Returns whether bytes come in small portions. */
  private static boolean disturb(InMemoryStream end, Random random, boolean faulty) {
    Faults faults = end.faults();
    faults.postAlways(random.nextBoolean());
    boolean capped = random.nextInt(3) == 0;
    if (capped && random.nextBoolean()) {
      faults.capReads(Faults.random(random.nextLong(), 1 + random.nextInt(64)));
    }
    if (capped) {
      faults.capWrites(Faults.random(random.nextLong(), 1 + random.nextInt(64)));
    }
    if (faulty && random.nextBoolean()) {
      switch (random.nextInt(4)) {
        case 0 ->
            faults.resetAt(
                Direction.OUTBOUND, faults.passed(Direction.OUTBOUND) + random.nextInt(3000));
        case 1 ->
            faults.endAt(
                Direction.OUTBOUND, faults.passed(Direction.OUTBOUND) + random.nextInt(3000));
        case 2 -> fail(faults, IoKind.WRITE, random);
        default -> fail(faults, IoKind.READ, random);
      }
    }
    return capped;
  }

  private static void fail(Faults faults, IoKind kind, Random random) {
    faults.fail(
        kind,
        faults.started(kind) + random.nextInt(40),
        new StreamException(StreamError.IO, "injected"));
  }

  /** Lets both sides send and receive until nothing is left to do. */
  private static void finish(Harness h, Talker a, Talker b) {
    for (int i = 0; i < 10_000; i++) {
      boolean quiet = h.executor.pendingTasks() == 0;
      for (Talker talker : List.of(a, b)) {
        talker.collect();
        talker.readOn();
        talker.writeOn();
      }
      h.run();
      h.executor.advance(TICK);
      a.collect();
      b.collect();
      if (quiet && (a.ended || b.ended || isDone(a, b))) {
        return;
      }
    }
    throw new AssertionError("no end: " + a.stream + ", " + b.stream);
  }

  private static boolean isDone(Talker a, Talker b) {
    return a.hasSentAll()
        && b.hasSentAll()
        && a.received.size() == b.sent.size()
        && b.received.size() == a.sent.size();
  }

  private static void close(Harness h, Talker closing, Talker a, Talker b) {
    Recorded<CloseOutcome> close = h.close(closing.stream, CloseReason.NORMAL);
    for (int i = 0; i < 10_000 && !close.isDone(); i++) {
      h.run();
      h.executor.advance(TICK);
      a.collect();
      b.collect();
      a.readOn();
      b.readOn();
    }
    if (close.error() == null) {
      assertThat(close.result().handshakeComplete()).isTrue();
    }
  }

  private static void compare(Talker sender, Talker receiver, boolean faulty) {
    int whole = receiver.received.size();
    assertThat(whole).isLessThanOrEqualTo(sender.sent.size());
    if (!faulty) {
      assertThat(whole).isEqualTo(sender.sent.size());
    }
    for (int i = 0; i < whole; i++) {
      assertThat(receiver.received.get(i).binary()).isEqualTo(sender.sent.get(i).binary());
      assertThat(receiver.received.get(i).payload()).isEqualTo(sender.sent.get(i).payload());
    }
    byte[] torn = receiver.unfinished.toByteArray();
    if (torn.length > 0) {
      assertThat(whole).isLessThan(sender.sent.size());
      byte[] meant = sender.sent.get(whole).payload();
      assertThat(Arrays.copyOf(meant, torn.length)).as("the torn message").isEqualTo(torn);
    }
  }

  /** Every ping is answered once, in order; the last ones may be under way. */
  private static void pongsAnswerPings(WireValidator pinging, WireValidator ponging) {
    List<String> pings = payloads(pinging, 9);
    List<String> pongs = payloads(ponging, 10).stream().filter(p -> !p.equals("unasked")).toList();
    assertThat(pongs.size()).isLessThanOrEqualTo(pings.size());
    assertThat(pongs).isEqualTo(pings.subList(0, pongs.size()));
  }

  private static List<String> payloads(WireValidator wire, int opcode) {
    return wire.frames().stream()
        .filter(frame -> frame.opcode() == opcode)
        .map(Frame::payloadText)
        .toList();
  }
}

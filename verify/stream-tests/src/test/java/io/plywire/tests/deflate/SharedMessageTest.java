// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Gate;
import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.IoKind;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.jzlib.JzlibEngine;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.tests.support.CountingEngine;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.PreparedMessage;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A prepared message is compressed once, and sent so to all that have agreed on compression. */
class SharedMessageTest {
  private static final DeflateParameters TAKEOVER = new DeflateParameters(15, 15, true, true);
  private static final DeflateParameters NO_TAKEOVER = new DeflateParameters(15, 15, false, false);

  private final CountingEngine engine = new CountingEngine(new JzlibEngine());

  @AfterEach
  void nothingOfTheEngineIsLeft() {
    assertThat(engine.compressors()).isZero();
    assertThat(engine.decompressors()).isZero();
    assertThat(engine.misuse()).isNull();
  }

  private DeflateOptions deflate() {
    return DeflateOptions.defaults().withEngine(engine);
  }

  private WebSocketOptions options() {
    return Harness.quiet().withDeflate(deflate());
  }

  /** Returns JSON of about a length, which shrinks to about a third. */
  private static String json(int length) {
    Random random = new Random(length);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append("{\"id\":").append(random.nextInt(1_000_000)).append(",\"state\":\"open\"},");
    }
    return text.substring(0, length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBroadcastToTenThousandIsOneCompression(boolean takeover) {
    PreparedMessage message = PreparedMessage.text(json(1024));
    ManualExecutor executor = new ManualExecutor();
    WebSocketOptions options = options();
    List<WebSocketStream> streams = new ArrayList<>();
    try (Zlib zlib = new Zlib(15, false)) {
      for (int i = 0; i < 10_000; i++) {
        Wire wire = new Wire(executor);
        WebSocketStream stream =
            wire.stream(Role.SERVER, options, takeover ? TAKEOVER : NO_TAKEOVER);
        streams.add(stream);
        Recorded<Long> write = new Recorded<>("write");
        stream.asyncWrite(message, Recorded.io(write));
        executor.runUntilIdle();
        assertThat(write.result()).isEqualTo(1024);
        List<Frame> frames = wire.takeFrames();
        assertThat(frames).hasSize(1);
        assertThat(frames.get(0).rsv()).isEqualTo(4);
        assertThat(frames.get(0).payload().length).isLessThan(512);
        assertThat(text(zlib.messages(frames))).containsExactly(json(1024));
      }
    }
    assertThat(engine.flushes()).isEqualTo(1);
    assertThat(engine.made()).isEqualTo(1);
    streams.forEach(WebSocketStream::abort);
    executor.runUntilIdle();
    assertThat(executor.pendingTimers()).isZero();
  }

  @Test
  void ofSeveralLoopsOneCompresses() throws Exception {
    int loops = 4;
    int each = 50;
    for (int round = 0; round < 20; round++) {
      PreparedMessage message = PreparedMessage.text(json(1024 + round));
      CountDownLatch sent = new CountDownLatch(loops * each);
      List<WebSocketStream> streams = new ArrayList<>();
      List<InMemoryLoop> running = new ArrayList<>();
      for (int i = 0; i < loops; i++) {
        InMemoryLoop loop = new InMemoryLoop("loop " + i);
        running.add(loop);
        for (int k = 0; k < each; k++) {
          streams.add(new Wire(loop).stream(Role.SERVER, options(), TAKEOVER));
        }
      }
      for (WebSocketStream stream : streams) {
        stream.asyncWrite(message, (error, n) -> sent.countDown());
      }
      assertThat(sent.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(engine.flushes()).isEqualTo(round + 1);
      streams.forEach(WebSocketStream::abort);
      CountDownLatch over = new CountDownLatch(loops);
      for (InMemoryLoop loop : running) {
        loop.execute(over::countDown); // behind the ends of its connections
        loop.close();
      }
      assertThat(over.await(1, TimeUnit.MINUTES)).isTrue();
    }
  }

  @Test
  void oneFormServesEveryWindowThatTheMessageFits() {
    PreparedMessage message = PreparedMessage.text(json(1000));
    ManualExecutor executor = new ManualExecutor();
    int[] flushes = new int[16];
    for (int bits = 15; bits >= 8; bits--) {
      DeflateParameters agreed = new DeflateParameters(bits, bits, true, true);
      Wire wire = new Wire(executor);
      WebSocketStream stream = wire.stream(Role.SERVER, options(), agreed);
      Recorded<Long> write = new Recorded<>("write");
      stream.asyncWrite(message, Recorded.io(write));
      executor.runUntilIdle();
      try (Zlib zlib = new Zlib(bits, true)) {
        assertThat(text(zlib.messages(wire.takeFrames()))).containsExactly(json(1000));
      }
      flushes[bits] = engine.flushes();
      stream.abort();
      executor.runUntilIdle();
    }
    assertThat(flushes).startsWith(0, 0, 0, 0, 0, 0, 0, 0, 3, 2, 1, 1, 1, 1, 1, 1);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void ownMessagesAfterItReferToNothingBeforeIt(Role role) {
    try (Opened o = Opened.deflating(role);
        Zlib zlib = new Zlib(15, true)) {
      PreparedMessage shared = PreparedMessage.text(json(400));
      write(o, json(300));
      write(o, json(300));
      write(o, shared);
      write(o, shared);
      write(o, json(300));
      write(o, json(300));
      assertThat(o.sent()).allMatch(frame -> frame.rsv() == 4);
      assertThat(text(zlib.messages(o.sent())))
          .containsExactly(json(300), json(300), json(400), json(400), json(300), json(300));
      int[] lengths = o.sent().stream().mapToInt(frame -> frame.payload().length).toArray();
      assertThat(lengths[1]).as("refers to what is before it").isLessThan(lengths[0] / 4);
      assertThat(lengths[4]).as("begins afresh").isEqualTo(lengths[0]);
      assertThat(lengths[5]).isEqualTo(lengths[1]);
    }
  }

  @Test
  void whoSendsNothingElseHasNoCompressor() {
    try (Opened o = Opened.deflating(Role.SERVER)) {
      write(o, PreparedMessage.text(json(400)));
      write(o, PreparedMessage.text(json(500)));
      assertThat(o.h.engine.made()).as("the executor's").isEqualTo(1);
      o.h.executor.advance(java.time.Duration.ofMinutes(1));
      assertThat(o.h.engine.compressors()).isZero();
    }
  }

  @Test
  void whatTheConnectionWantsGoesBeforeIt() {
    PreparedMessage message = PreparedMessage.text(json(400));
    try (Opened o = Opened.deflating(Role.SERVER)) {
      o.stream.compress(false);
      write(o, message);
      assertThat(o.sent().get(0).rsv()).isZero();
      assertThat(o.sent().get(0).payloadText()).isEqualTo(json(400));
      assertThat(o.h.engine.made()).isZero();
      o.stream.compress(true);
      write(o, message);
      assertThat(o.sent().get(1).rsv()).isEqualTo(4);
    }
    try (Opened o =
        new Opened(
            Role.SERVER,
            h ->
                Harness.quiet()
                    .withDeflate(DeflateOptions.defaults().withEngine(h.engine).withThreshold(401)),
            1 << 16,
            "Sec-WebSocket-Extensions: permessage-deflate")) {
      write(o, message);
      assertThat(o.sent().get(0).rsv()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void byDefaultShortMessagesThatStandAloneGoAsTheyAre(boolean takeover) {
    ManualExecutor executor = new ManualExecutor();
    Wire wire = new Wire(executor);
    WebSocketStream stream = wire.stream(Role.SERVER, options(), takeover ? TAKEOVER : NO_TAKEOVER);
    int least = DeflateOptions.STANDALONE_THRESHOLD;
    for (int length : new int[] {least - 1, least}) {
      for (boolean prepared : new boolean[] {true, false}) {
        Recorded<Long> write = new Recorded<>("write");
        if (prepared) {
          stream.asyncWrite(PreparedMessage.text("a".repeat(length)), Recorded.io(write));
        } else {
          stream.asyncWriteSome(true, Harness.bytes("a".repeat(length)), Recorded.io(write));
        }
        executor.runUntilIdle();
        write.result();
      }
    }
    assertThat(wire.takeFrames().stream().map(Frame::rsv))
        .containsExactly(0, takeover ? 4 : 0, 4, 4);
    stream.abort();
    executor.runUntilIdle();
  }

  @Test
  void whatDoesNotShrinkIsTriedOnce() {
    byte[] noise = new byte[5000];
    new Random(9).nextBytes(noise);
    PreparedMessage message = PreparedMessage.binary(java.nio.ByteBuffer.wrap(noise));
    try (Opened o = Opened.deflating(Role.SERVER)) {
      for (int i = 0; i < 3; i++) {
        write(o, message);
        assertThat(o.sent().get(i).rsv()).isZero();
        assertThat(o.sent().get(i).payload()).isEqualTo(noise);
      }
      assertThat(o.h.engine.made()).isEqualTo(1);
      write(o, PreparedMessage.text(""));
      write(o, PreparedMessage.text("a"));
      assertThat(o.sent().get(4).payloadText()).isEqualTo("a");
    }
  }

  @Test
  void aServerSendsTheSharedMemoryItself() {
    PreparedMessage message = PreparedMessage.text(json(400));
    try (Opened o = Opened.deflating(Role.SERVER)) {
      write(o, message);
      long borrowed = o.h.executor.buffers().acquired();
      long writes = o.end().faults().started(IoKind.WRITE);
      write(o, message);
      assertThat(o.h.executor.buffers().acquired()).isEqualTo(borrowed);
      assertThat(o.end().faults().started(IoKind.WRITE) - writes).isEqualTo(1);
    }
  }

  /** Nobody could go on from there: the rest is known to nobody but the write. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void cutIntoFramesItIsSentToItsEndOrTorn(Role role) {
    PreparedMessage message = PreparedMessage.text(json(3000));
    for (CancellationType type :
        List.of(CancellationType.TOTAL, CancellationType.PARTIAL, CancellationType.TERMINAL)) {
      try (Opened o = Opened.deflating(role);
          Zlib zlib = new Zlib(15, true)) {
        o.stream.writeBufferBytes(64);
        Gate gate = o.end().faults().hold(IoKind.WRITE, o.end().faults().started(IoKind.WRITE));
        Recorded<Long> write = o.h.handler("prepared");
        o.stream.asyncWrite(message, Recorded.io(write));
        Recorded<Void> ping = o.h.ping(o.stream, "between");
        o.h.run();
        write.cancel(type);
        gate.release();
        o.h.run();
        if (type == CancellationType.TERMINAL) {
          assertThat(write.error()).hasMessageContaining("of 3000 bytes");
          assertThat(write.value()).isZero();
          assertThat(o.stream.isOpen()).isFalse();
        } else {
          assertThat(write.result()).isEqualTo(3000);
          ping.result();
          assertThat(o.briefs().subList(0, 3)).containsExactly("TEXT+(64)", "PING(7)", "CONT+(64)");
          assertThat(o.sent().stream().skip(1)).allMatch(frame -> frame.rsv() == 0);
          assertThat(text(zlib.messages(o.sent().stream().filter(f -> f.opcode() < 8).toList())))
              .containsExactly(json(3000));
        }
      }
    }
  }

  private static void write(Opened o, String text) {
    Recorded<Long> write = o.h.write(o.stream, text);
    o.h.run();
    assertThat(write.result()).isEqualTo(text.length());
  }

  private static void write(Opened o, PreparedMessage message) {
    Recorded<Long> write = o.h.handler("prepared");
    o.stream.asyncWrite(message, Recorded.io(write));
    o.h.run();
    assertThat(write.result()).isEqualTo(message.size());
  }

  private static List<String> text(List<byte[]> messages) {
    return messages.stream().map(b -> new String(b, StandardCharsets.UTF_8)).toList();
  }
}

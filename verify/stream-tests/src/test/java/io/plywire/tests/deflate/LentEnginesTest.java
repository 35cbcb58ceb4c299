// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.deflate;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.BufferPool;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.tests.support.CountingEngine;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.DeflateUsage;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateEngine;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Without context takeover the connections of an executor share what compresses. */
class LentEnginesTest {
  private static final DeflateParameters NO_TAKEOVER = new DeflateParameters(15, 15, false, false);
  private static final String TEXT =
      "{\"symbol\":\"PLY\",\"price\":17.25,\"symbols\":\"PLY, PLY\"}";

  /** More than are kept idle. */
  private static final int MANY = 40;

  private static final int KEPT = 16;

  private final CountingEngine engine = new CountingEngine(DeflateEngine.jdk());
  private final ManualExecutor executor = new ManualExecutor();
  private final List<WebSocketStream> streams = new ArrayList<>();
  private final List<Wire> wires = new ArrayList<>();

  @AfterEach
  void everythingIsFreedAtOnceWhenAllHaveEnded() {
    streams.forEach(WebSocketStream::abort);
    executor.runUntilIdle();
    assertThat(engine.compressors()).isZero();
    assertThat(engine.decompressors()).isZero();
    assertThat(engine.misuse()).isNull();
    assertThat(executor.pendingTimers()).isZero();
    assertThat(executor.buffers().outstanding()).isZero();
  }

  private WebSocketOptions options() {
    return Harness.quiet()
        .withDeflate(DeflateOptions.defaults().withEngine(engine).withThreshold(0));
  }

  private WebSocketStream open(WebSocketOptions options, DeflateParameters agreed) {
    return open(executor, options, agreed);
  }

  private WebSocketStream open(
      StreamExecutor on, WebSocketOptions options, DeflateParameters agreed) {
    Wire wire = new Wire(on);
    WebSocketStream stream = wire.stream(Role.SERVER, options, agreed);
    wires.add(wire);
    streams.add(stream);
    return stream;
  }

  private void write(WebSocketStream stream, boolean fin, String text) {
    Recorded<Long> write = new Recorded<>("write");
    stream.asyncWriteSome(fin, Harness.bytes(text), Recorded.io(write));
    executor.runUntilIdle();
    assertThat(write.result()).isEqualTo(text.length());
  }

  @Test
  void aHundredThousandConnectionsShareOneOfEach() throws Exception {
    WebSocketOptions options = options();
    byte[] question;
    try (Deflated peer = new Deflated()) {
      question = peer.text(TEXT).mask().encode();
    }
    for (int i = 0; i < 100_000; i++) {
      open(options, NO_TAKEOVER);
    }
    assertThat(engine.made()).isZero();
    DeflateUsage before = DeflateUsage.now();
    MessageBuffer memory = new MessageBuffer(1000);
    for (int i = 0; i < streams.size(); i++) {
      Recorded<Long> read = new Recorded<>("read");
      memory.clear();
      streams.get(i).asyncRead(memory, Recorded.io(read));
      executor.runUntilIdle();
      wires.get(i).put(question);
      executor.runUntilIdle();
      assertThat(read.result()).isEqualTo(TEXT.length());
      write(streams.get(i), true, TEXT);
      assertThat(wires.get(i).takeFrames().get(0).rsv()).isEqualTo(4);
    }
    assertThat(engine.made()).isEqualTo(2);
    assertThat(engine.compressors()).isEqualTo(1);
    assertThat(engine.decompressors()).isEqualTo(1);
    assertThat(DeflateUsage.now().compressors() - before.compressors()).isEqualTo(1);
    assertThat(DeflateUsage.now().decompressors() - before.decompressors()).isEqualTo(1);
  }

  @Test
  void asManyAsThereAreMessagesUnderWayAndSomeOfThemAreKept() {
    WebSocketOptions options = options();
    for (int i = 0; i < MANY; i++) {
      write(open(options, NO_TAKEOVER), false, TEXT);
    }
    assertThat(engine.compressors()).isEqualTo(MANY);
    for (WebSocketStream stream : streams) {
      write(stream, true, TEXT);
    }
    assertThat(engine.compressors()).isEqualTo(KEPT);
    for (WebSocketStream stream : streams) {
      write(stream, true, TEXT);
    }
    assertThat(engine.made()).isEqualTo(MANY);
  }

  @Test
  void whatNobodyNeedsForAWhileIsFreed() {
    WebSocketStream stream = open(options(), NO_TAKEOVER);
    List<WebSocketStream> others = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      others.add(open(options(), NO_TAKEOVER));
    }
    others.forEach(other -> write(other, false, TEXT));
    others.forEach(other -> write(other, true, TEXT));
    assertThat(engine.compressors()).isEqualTo(4);
    assertThat(executor.pendingTimers()).isEqualTo(1);
    for (int second = 0; second < 60; second++) {
      write(stream, true, TEXT); // one is in use all the time
      executor.advance(Duration.ofSeconds(1));
    }
    assertThat(engine.compressors()).isEqualTo(1);
    executor.advance(Duration.ofSeconds(20));
    assertThat(engine.compressors()).isZero();
    assertThat(executor.pendingTimers()).isZero();
    write(stream, true, TEXT);
    assertThat(engine.compressors()).isEqualTo(1);
  }

  @Test
  void levelsAndWindowsAreEverybodysOwn() {
    DeflateOptions least =
        DeflateOptions.defaults().withEngine(engine).withLevel(0).withThreshold(0);
    WebSocketStream stored = open(Harness.quiet().withDeflate(least), NO_TAKEOVER);
    WebSocketStream deflated = open(options(), NO_TAKEOVER);
    for (int i = 0; i < 3; i++) {
      write(stored, true, TEXT);
      write(deflated, true, TEXT);
    }
    assertThat(engine.made()).isEqualTo(2);
    assertThat(wires.get(0).takeFrames()).allMatch(f -> f.payload().length > TEXT.length());
    assertThat(wires.get(1).takeFrames()).allMatch(f -> f.payload().length < TEXT.length());
  }

  @Test
  void whatAConnectionLeavesInTheMiddleOfAMessageIsNotLentOn() {
    WebSocketStream broken = open(options(), NO_TAKEOVER);
    WebSocketStream other = open(options(), NO_TAKEOVER);
    write(other, true, TEXT);
    write(broken, false, TEXT);
    assertThat(engine.compressors()).isEqualTo(1);
    broken.abort();
    executor.runUntilIdle();
    assertThat(engine.compressors()).isZero();
    write(other, true, TEXT);
    assertThat(engine.made()).isEqualTo(2);
    List<Frame> frames = wires.get(1).takeFrames();
    assertThat(frames.get(1).payload()).isEqualTo(frames.get(0).payload());
  }

  /** The peer goes on where its message was left, and the next one begins with an empty window. */
  @Test
  void aMessageReadInPartsKeepsWhatItHasBorrowed() throws Exception {
    WebSocketStream slow = open(options(), NO_TAKEOVER);
    WebSocketStream fast = open(options(), NO_TAKEOVER);
    byte[] wire;
    try (Deflated peer = new Deflated()) {
      wire = peer.text(TEXT).mask().encode();
    }
    for (int cut = 1; cut < wire.length; cut++) {
      String slowly = readCut(slow, fast, wire, cut);
      assertThat(slowly).as("cut at %d", cut).isEqualTo(TEXT);
    }
    assertThat(engine.made()).isEqualTo(2);
  }

  private String readCut(WebSocketStream slow, WebSocketStream fast, byte[] wire, int cut) {
    MessageBuffer memory = new MessageBuffer(16);
    Recorded<Long> read = new Recorded<>("read");
    slow.asyncRead(memory, Recorded.io(read));
    executor.runUntilIdle();
    wires.get(0).put(java.util.Arrays.copyOf(wire, cut));
    executor.runUntilIdle();
    MessageBuffer other = new MessageBuffer(16);
    Recorded<Long> between = new Recorded<>("read");
    fast.asyncRead(other, Recorded.io(between));
    executor.runUntilIdle();
    wires.get(1).put(wire);
    executor.runUntilIdle();
    assertThat(text(other)).isEqualTo(TEXT);
    assertThat(between.result()).isEqualTo(TEXT.length());
    wires.get(0).put(java.util.Arrays.copyOfRange(wire, cut, wire.length));
    executor.runUntilIdle();
    assertThat(read.result()).isEqualTo(TEXT.length());
    return text(memory);
  }

  private static String text(MessageBuffer memory) {
    return StandardCharsets.US_ASCII.decode(memory.data()).toString();
  }

  @Test
  void anExecutorThatTakesNoTimersKeepsNothing() {
    StreamExecutor over = new WithoutTimers(executor);
    write(open(over, options(), NO_TAKEOVER), true, TEXT);
    assertThat(engine.made()).isEqualTo(1);
    assertThat(engine.compressors()).isZero();
  }

  /** An executor that has ended in the way of many executors. */
  private record WithoutTimers(ManualExecutor tasks) implements StreamExecutor {
    @Override
    public void execute(Runnable task) {
      tasks.execute(task);
    }

    @Override
    public boolean isCurrent() {
      return tasks.isCurrent();
    }

    @Override
    public long nanoTime() {
      return tasks.nanoTime();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      throw new RejectedExecutionException("over");
    }

    @Override
    public BufferPool buffers() {
      return tasks.buffers();
    }
  }
}

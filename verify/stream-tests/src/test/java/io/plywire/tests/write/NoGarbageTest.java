// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.tests.support.Harness;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.observe.WebSocketCounters;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No operation makes an object in steady state when handlers and buffers are the caller's own and
 * are used again.
 */
class NoGarbageTest {
  private static final int WARM_UP = 3_000;
  private static final int ROUNDS = 2_000;
  private static final int ATTEMPTS = 10;

  /** Both ends of an open connection, without anything that watches the wire. */
  private static final class Pair {
    final ManualExecutor executor = new ManualExecutor();
    final WebSocketStream sender;
    final WebSocketStream receiver;
    int runs; // of all rounds, those that warm up included

    Pair(Role role, int window) {
      this(role, window, Harness.quiet());
    }

    Pair(Role role, int window, WebSocketOptions options) {
      InMemoryPipe pipe = InMemoryPipe.builder(executor).windowBytes(window).build();
      WebSocketStream client = new WebSocketStream(pipe.client(), options);
      WebSocketStream server = new WebSocketStream(pipe.server(), options);
      client.asyncHandshake("example.com", "/", (error, response) -> assertThat(error).isNull());
      server.asyncAccept((error, request) -> assertThat(error).isNull());
      executor.runUntilIdle();
      sender = role == Role.CLIENT ? client : server;
      receiver = role == Role.CLIENT ? server : client;
    }

    /** Returns how many bytes were allocated in all rounds after some that warm up. */
    long allocatedBy(Runnable round) {
      return allocatedBy(ROUNDS, round);
    }

    long allocatedBy(int rounds, Runnable round) {
      ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long id = Thread.currentThread().getId();
      long least = Long.MAX_VALUE;
      for (int i = 0; i < rounds * WARM_UP / ROUNDS; i++) {
        once(round);
      }
      // The JIT may allocate on our behalf, when it gives up code that kept objects in registers.
      for (int attempt = 0; attempt < ATTEMPTS && least > 0; attempt++) {
        long before = bean.getThreadAllocatedBytes(id);
        for (int i = 0; i < rounds; i++) {
          once(round);
        }
        least = Math.min(least, bean.getThreadAllocatedBytes(id) - before);
      }
      sender.abort();
      receiver.abort();
      executor.runUntilIdle();
      return least;
    }

    private void once(Runnable round) {
      runs++;
      round.run();
      executor.runUntilIdle();
    }
  }

  /** A handler that counts and does nothing else. */
  private static final class Count implements IoHandler {
    int runs;
    long bytes;

    @Override
    public void completed(IOException error, long moved) {
      if (error != null) {
        throw new AssertionError(error);
      }
      runs++;
      bytes += moved;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CLIENT, 20, false", "CLIENT, 20, true", "CLIENT, 100000, false", "CLIENT, 100000, true",
    "SERVER, 20, false", "SERVER, 20, true", "SERVER, 100000, false", "SERVER, 100000, true"
  })
  void writingAndReadingMessagesMakesNoGarbage(Role role, int length, boolean direct) {
    Pair pair = new Pair(role, 1 << 14);
    ByteBuffer source = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
    ByteBuffer target = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
    Count written = new Count();
    Count read = new Count();
    long bytes =
        pair.allocatedBy(
            () -> {
              pair.receiver.asyncRead(target.clear(), read);
              pair.sender.asyncWriteSome(true, source.clear(), written);
            });
    assertThat(written.runs).isEqualTo(read.runs).isEqualTo(pair.runs);
    assertThat(written.bytes).isEqualTo(read.bytes).isEqualTo((long) length * written.runs);
    assertThat(bytes).isZero();
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void countingMakesNoGarbage(Role role) {
    WebSocketCounters counters = new WebSocketCounters();
    Pair pair = new Pair(role, 1 << 14, Harness.quiet().withObserver(counters));
    ByteBuffer source = ByteBuffer.allocate(20_000);
    ByteBuffer target = ByteBuffer.allocate(20_000);
    Count written = new Count();
    Count read = new Count();
    long bytes =
        pair.allocatedBy(
            () -> {
              pair.receiver.asyncRead(target.clear(), read);
              pair.sender.asyncWriteSome(true, source.clear(), written);
            });
    assertThat(bytes).isZero();
    assertThat(counters.messagesSent()).isEqualTo(pair.runs);
    assertThat(counters.bytesReceived()).isEqualTo(20_000L * pair.runs);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void writingPartsOfManyBuffersAndReadingSomeMakesNoGarbage(Role role) {
    Pair pair = new Pair(role, 1 << 14);
    pair.sender.writeKind(MessageKind.BINARY);
    pair.receiver.readMessageMax(0); // one message that never ends
    ByteBuffer[] sources = new ByteBuffer[20];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = i % 2 == 0 ? ByteBuffer.allocate(100) : ByteBuffer.allocateDirect(100);
    }
    ByteBuffer target = ByteBuffer.allocate(500);
    Count written = new Count();
    Count read = new Count();
    long bytes =
        pair.allocatedBy(
            () -> {
              for (ByteBuffer source : sources) {
                source.clear();
              }
              pair.sender.asyncWriteSome(false, sources, written);
              for (int i = 0; i < 4; i++) {
                pair.receiver.asyncReadSome(target.clear(), read);
                pair.executor.runUntilIdle();
              }
            });
    assertThat(written.bytes).isEqualTo(read.bytes);
    assertThat(bytes).isZero();
  }

  @ParameterizedTest
  @CsvSource({"CLIENT, 20", "SERVER, 20", "CLIENT, 100000", "SERVER, 100000"})
  void echoingFromBorrowedMemoryMakesNoGarbage(Role role, int length) {
    Pair pair = new Pair(role, 1 << 14);
    MessageBuffer memory = MessageBuffer.borrowing(pair.sender.executor().buffers(), length);
    ByteBuffer question = ByteBuffer.allocate(length);
    ByteBuffer answer = ByteBuffer.allocate(length);
    Count count = new Count();
    IoHandler written =
        (error, bytes) -> {
          memory.clear();
          count.completed(error, bytes);
        };
    IoHandler read = (error, bytes) -> pair.sender.asyncWrite(MessageKind.BINARY, memory, written);
    long bytes =
        pair.allocatedBy(
            () -> {
              pair.sender.asyncRead(memory, read);
              pair.receiver.asyncRead(answer.clear(), count);
              pair.receiver.asyncWriteSome(true, question.clear(), count);
            });
    assertThat(count.bytes).isEqualTo(3L * length * pair.runs);
    assertThat(bytes).isZero();
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void readingIntoAMessageBufferMakesNoGarbage(Role role) {
    Pair pair = new Pair(role, 1 << 14);
    MessageBuffer memory = new MessageBuffer(1000);
    ByteBuffer source = ByteBuffer.allocate(1000);
    Count handler = new Count();
    Count read = new Count();
    long bytes =
        pair.allocatedBy(
            () -> {
              memory.clear();
              pair.receiver.asyncRead(memory, read);
              pair.sender.asyncWriteSome(true, source.clear(), handler);
            });
    assertThat(read.bytes).isEqualTo(handler.bytes);
    assertThat(bytes).isZero();
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void pingsPongsAndTheirAnswersMakeNoGarbage(Role role) {
    Pair pair = new Pair(role, 1 << 14);
    ByteBuffer payload = ByteBuffer.allocate(10);
    int[] runs = new int[1];
    Handler<Void> handler = (error, none) -> runs[0]++;
    pair.receiver.asyncRead(ByteBuffer.allocate(10), (error, n) -> {});
    pair.sender.asyncRead(ByteBuffer.allocate(10), (error, n) -> {});
    long bytes =
        pair.allocatedBy(
            () -> {
              pair.sender.asyncPing(payload, handler);
              pair.sender.asyncPong(payload, handler);
            });
    assertThat(runs[0]).isEqualTo(2 * pair.runs);
    assertThat(bytes).isZero();
  }

  /** Both directions at once, in a window that lasts; the texts are not all the same. */
  @ParameterizedTest
  @CsvSource({"100, false", "1000, false", "1000, true", "20000, false", "20000, true"})
  void compressedMessagesMakeNoGarbage(int length, boolean direct) {
    WebSocketOptions options = Harness.quiet().withDeflate(DeflateOptions.defaults());
    Pair pair = new Pair(Role.CLIENT, 1 << 14, options);
    assertThat(pair.sender.deflate()).isEqualTo(new DeflateParameters(15, 15, true, true));
    ByteBuffer[] questions = texts(length, direct);
    ByteBuffer[] answers = texts(length, direct);
    ByteBuffer question = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
    MessageBuffer answer = new MessageBuffer(length);
    Count written = new Count();
    Count read = new Count();
    int rounds = length > 10_000 ? 100 : ROUNDS;
    pair.sender.writeBufferBytes(4096); // several frames of the longest ones
    pair.receiver.writeBufferBytes(4096);
    int[] next = {0};
    long bytes =
        pair.allocatedBy(
            rounds,
            () -> {
              int i = next[0]++ % questions.length;
              answer.clear();
              pair.receiver.asyncRead(question.clear(), read);
              pair.sender.asyncRead(answer, read);
              pair.sender.asyncWriteSome(true, questions[i].clear(), written);
              pair.receiver.asyncWriteSome(true, answers[i].clear(), written);
            });
    assertThat(written.bytes).isEqualTo(read.bytes).isEqualTo((long) length * written.runs);
    assertThat(bytes).isZero();
  }

  private static ByteBuffer[] texts(int length, boolean direct) {
    Random random = new Random(length);
    ByteBuffer[] texts = new ByteBuffer[17];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
      while (texts[i].hasRemaining()) {
        texts[i].put((byte) ('a' + Math.abs(random.nextGaussian()) * 4));
      }
    }
    return texts;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.Faults;
import io.plywire.inmemory.Gate;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.WaitType;
import io.plywire.stream.WritePendingException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the contract says about reading, writing and waiting. */
class TlsReadAndWriteTest {
  private static ByteBuffer bytes(int count) {
    return ByteBuffer.wrap(Harness.random(count, count));
  }

  /** Counts the records that go out from one end, from now on. */
  private static List<Integer> recordsFrom(InMemoryStream end) {
    List<Integer> lengths = new ArrayList<>();
    ByteBuffer rest = ByteBuffer.allocate(1 << 20);
    end.tap(
        Direction.OUTBOUND,
        piece -> {
          rest.put(piece);
          rest.flip();
          while (rest.remaining() >= 5
              && rest.remaining() >= 5 + rest.getShort(rest.position() + 3)) {
            int length = 5 + rest.getShort(rest.position() + 3);
            lengths.add(length);
            rest.position(rest.position() + length);
          }
          rest.compact();
        });
    return lengths;
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void readsIntoBuffersOfAnyKind(TestEngine engine) {
    try (Harness h = new Harness(engine, TestEngine.TLS13).open()) {
      byte[] content = Harness.random(40_000, 1);
      h.write(h.client, ByteBuffer.wrap(content));
      h.run();
      ByteBuffer seen = ByteBuffer.allocate(40_000);
      ByteBuffer[] targets = {
        ByteBuffer.allocate(1),
        ByteBuffer.allocate(100),
        ByteBuffer.allocateDirect(3000),
        ByteBuffer.allocate(20_000).position(5).limit(17_000).slice(),
        ByteBuffer.allocateDirect(16_384),
        ByteBuffer.allocate(70_000)
      };
      for (int i = 0; seen.hasRemaining(); i++) {
        ByteBuffer target = targets[i % targets.length].clear();
        int start = Math.min(i % 3, target.capacity() - 1);
        target.position(start);
        Result<Void> read = h.read(h.server, target);
        h.run();
        assertThat(read.error()).isNull();
        assertThat(read.bytes()).isPositive().isEqualTo(target.position() - start);
        seen.put(target.flip().position(start));
      }
      assertThat(seen.array()).isEqualTo(content);
    }
  }

  @Test
  void bytesBesideThoseReadStayUntouched() {
    for (TestEngine engine : TestEngine.values()) {
      try (Harness h = new Harness(engine, TestEngine.TLS13).open()) {
        h.write(h.client, bytes(1000));
        h.run();
        ByteBuffer target = ByteBuffer.allocate(20_000);
        Arrays.fill(target.array(), (byte) 0x5a);
        Result<Void> read = h.read(h.server, target.position(7));
        h.run();
        read.assertMoved(1000);
        for (int i = 0; i < target.capacity(); i++) {
          if (i < 7 || i >= 1007) {
            assertThat(target.get(i)).as("%s: byte %s", engine, i).isEqualTo((byte) 0x5a);
          }
        }
      }
    }
  }

  @Test
  void withoutRoomOrDataNothingIsDone() {
    try (Harness h = new Harness().open()) {
      long before = h.clientEnd().faults().started();
      Result<Void> read = h.read(h.client, ByteBuffer.allocate(0));
      Result<Void> write = h.write(h.client, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
      h.run();
      read.assertMoved(0);
      write.assertMoved(0);
      Result<Void> none = h.write(h.client);
      h.run();
      none.assertMoved(0);
      assertThat(h.clientEnd().faults().started()).isEqualTo(before);
    }
  }

  @Test
  void misuseThrowsAndChangesNothing() {
    try (Harness h =
        new Harness(TestEngine.JDK, TestEngine.JDK, TestEngine.TLS13, b -> b.windowBytes(2000))
            .open()) {
      Result<Void> read = h.read(h.client, ByteBuffer.allocate(10));
      IoHandler second = new Result<Void>("second");
      assertThatThrownBy(() -> h.client.asyncReadSome(ByteBuffer.allocate(10), second))
          .isInstanceOf(ReadPendingException.class)
          .hasMessageContaining("asyncReadSome");
      assertThatThrownBy(() -> h.client.asyncWait(WaitType.READ, second))
          .isInstanceOf(ReadPendingException.class);
      assertThatThrownBy(
              () -> h.client.asyncReadSome(ByteBuffer.allocate(1).asReadOnlyBuffer(), second))
          .isInstanceOf(IllegalArgumentException.class);
      ByteBuffer much = bytes(200_000);
      Result<Void> first = h.write(h.client, much);
      h.run();
      first.assertMoved(much.position());
      Result<Void> write = h.write(h.client, much);
      h.run();
      assertThat(write.isDone()).isFalse();
      assertThatThrownBy(() -> h.client.asyncWriteSome(new ByteBuffer[] {bytes(1)}, second))
          .isInstanceOf(WritePendingException.class)
          .hasMessageContaining("asyncWriteSome");
      assertThatThrownBy(() -> h.client.asyncTeardown(Role.CLIENT, second))
          .isInstanceOf(WritePendingException.class);
      assertThat(read.isDone()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void sourcesOfAnyKindBecomeOneRecord(TestEngine engine) {
    try (Harness h = new Harness(engine, TestEngine.TLS13).open()) {
      h.transfer(h.server, h.client, new byte[1]); // lets what the handshake left behind pass
      List<Integer> records = recordsFrom(h.clientEnd());
      ByteBuffer[] sources = new ByteBuffer[200];
      byte[] content = Harness.random(200 * 50, 3);
      for (int i = 0; i < sources.length; i++) {
        ByteBuffer source = i % 2 == 0 ? ByteBuffer.allocate(60) : ByteBuffer.allocateDirect(60);
        source.position(4).put(content, i * 50, 50).flip().position(4);
        sources[i] = i % 3 == 0 ? source.asReadOnlyBuffer() : i % 3 == 1 ? source.slice() : source;
      }
      Result<Void> write = h.write(h.client, sources);
      h.run();
      write.assertMoved(content.length);
      for (ByteBuffer source : sources) {
        assertThat(source.hasRemaining()).isFalse();
      }
      assertThat(records).hasSize(1);
      ByteBuffer target = ByteBuffer.allocate(20_000);
      Result<Void> read = h.read(h.server, target);
      h.run();
      read.assertMoved(content.length);
      assertThat(Arrays.copyOf(target.array(), content.length)).isEqualTo(content);
    }
  }

  @Test
  void smallWritesBesideOneThatIsOnItsWayBecomeOneRecord() {
    try (Harness h = new Harness().open()) {
      h.transfer(h.client, h.server, new byte[1]);
      List<Integer> records = recordsFrom(h.clientEnd());
      Gate gate = h.clientEnd().faults().hold(IoKind.WRITE, writes(h));
      byte[] content = Harness.random(17 * 64, 4);
      for (int i = 0; i < 17; i++) {
        Result<Void> write = h.write(h.client, ByteBuffer.wrap(content, i * 64, 64));
        h.run();
        write.assertMoved(64);
      }
      assertThat(gate.isHolding()).isTrue();
      gate.release();
      h.run();
      assertThat(records).hasSize(2);
      ByteBuffer target = ByteBuffer.allocate(20_000);
      Result<Void> read = h.read(h.server, target);
      h.run();
      read.assertMoved(content.length);
      assertThat(Arrays.copyOf(target.array(), content.length)).isEqualTo(content);
    }
  }

  private static long writes(Harness h) {
    return h.clientEnd().faults().started(IoKind.WRITE);
  }

  @Test
  void largeWriteBecomesSeveralRecordsInOneWriteOfTheNextLayer() {
    try (Harness h =
        new Harness(TestEngine.JDK, TestEngine.JDK, TestEngine.TLS13, b -> b.windowBytes(1 << 20))
            .open()) {
      List<Integer> records = recordsFrom(h.clientEnd());
      long before = writes(h);
      ByteBuffer much = bytes(200_000);
      Result<Void> write = h.write(h.client, much);
      h.run();
      assertThat(write.bytes()).isGreaterThan(6 * 16_000).isEqualTo(much.position());
      assertThat(writes(h) - before).isEqualTo(1);
      assertThat(records).hasSize(7);
    }
  }

  /** A frame of 64 KiB, a common limit, is somewhat longer than that. */
  @Test
  void frameOf64KibLeavesWithOneWriteAndComesWithOneRead() {
    for (TestEngine engine : TestEngine.values()) {
      try (Harness h =
          new Harness(engine, engine, TestEngine.TLS13, b -> b.windowBytes(1 << 20)).open()) {
        h.transfer(h.client, h.server, new byte[1]);
        int frame = 65_536 + 10;
        long before = writes(h);
        h.written(h.client, bytes(10), bytes(65_536)).assertMoved(frame);
        assertThat(writes(h) - before).as("writes, with %s", engine).isEqualTo(1);
        ByteBuffer target = ByteBuffer.allocate(frame);
        before = h.serverEnd().faults().started(IoKind.READ);
        while (target.hasRemaining()) {
          Result<Void> read = h.read(h.server, target);
          h.run();
          assertThat(read.error()).isNull();
        }
        assertThat(h.serverEnd().faults().started(IoKind.READ) - before)
            .as("reads, with %s", engine)
            .isEqualTo(1);
      }
    }
  }

  @Test
  void restOfARecordIsWaitedForInLessMemoryThanItIsReadWith() {
    for (int first : new int[] {1, 5, 9_000}) {
      try (Harness h = new Harness(TestEngine.CONSCRYPT, TestEngine.TLS13).open()) {
        h.transfer(h.client, h.server, new byte[1]);
        byte[] content = Harness.random(10_000, first);
        h.clientEnd().faults().capWrites(Faults.cycle(first, 100_000));
        Gate gate = h.clientEnd().faults().hold(IoKind.WRITE, writes(h) + 1);
        h.written(h.client, ByteBuffer.wrap(content)).assertMoved(content.length);
        int outstanding = h.executor.buffers().outstanding();
        long before = h.executor.buffers().acquired();
        ByteBuffer target = ByteBuffer.allocate(20_000);
        Result<Void> read = h.read(h.server, target);
        h.run();
        assertThat(gate.isHolding()).isTrue();
        assertThat(read.isDone()).isFalse();
        assertThat(h.executor.buffers().acquired() - before)
            .as("a large buffer to read with, and a small one to wait with")
            .isEqualTo(2);
        assertThat(h.executor.buffers().outstanding() - outstanding).isEqualTo(1);
        gate.release();
        h.run();
        read.assertMoved(content.length);
        assertThat(Arrays.copyOf(target.array(), content.length)).isEqualTo(content);
      }
    }
  }

  @Test
  void recordIsDecryptedStraightIntoALargeBuffer() {
    for (TestEngine engine : TestEngine.values()) {
      try (Harness h = new Harness(engine, TestEngine.TLS13).open()) {
        h.transfer(h.client, h.server, new byte[1]);
        h.write(h.client, bytes(10_000));
        h.run();
        long before = h.executor.buffers().acquired();
        Result<Void> read = h.read(h.server, ByteBuffer.allocate(16_384));
        h.run();
        read.assertMoved(10_000);
        assertThat(h.executor.buffers().acquired() - before)
            .as("%s: buffers, of which one is for the encrypted bytes", engine)
            .isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void waitCompletesForDataAndForNothingElse(TestEngine engine) {
    try (Harness h = new Harness(engine, TestEngine.TLS13).open()) {
      Result<Void> wait = h.await(h.client); // tickets come, or came
      h.run();
      assertThat(wait.isDone()).isFalse();
      assertThat(h.executor.buffers().outstanding()).as("buffers held while idle").isZero();
      h.write(h.server, bytes(30_000));
      h.run();
      wait.assertMoved(0);
      Result<Void> again = h.await(h.client);
      h.run();
      again.assertMoved(0);
      ByteBuffer target = ByteBuffer.allocate(30_000);
      while (target.hasRemaining()) {
        Result<Void> read = h.read(h.client, target);
        h.run();
        assertThat(read.error()).isNull();
      }
      assertThat(target.array()).isEqualTo(bytes(30_000).array());
      Result<Void> atTheEnd = h.await(h.client);
      h.run();
      assertThat(atTheEnd.isDone()).isFalse();
      h.server.close();
      h.run();
      atTheEnd.assertMoved(0); // the read tells
      Result<Void> read = h.read(h.client, target.clear());
      h.run();
      read.assertFailed(StreamError.EOF);
    }
  }

  @Test
  void idleConnectionHoldsNoBuffer() {
    for (TestEngine engine : TestEngine.values()) {
      for (String protocol : new String[] {TestEngine.TLS13, TestEngine.TLS12}) {
        try (Harness h = new Harness(engine, protocol).open()) {
          h.transfer(h.client, h.server, Harness.random(100_000, 5));
          h.transfer(h.server, h.client, Harness.random(100_000, 6));
          Result<Void> one = h.read(h.client, ByteBuffer.allocate(10));
          Result<Void> other = h.await(h.server);
          h.run();
          assertThat(one.isDone() || other.isDone()).isFalse();
          assertThat(h.executor.buffers().outstanding()).isZero();
        }
      }
    }
  }

  @Test
  void handlersRunWithinTheCallOnlyIfTheySaySo() {
    try (Harness h = new Harness().open()) {
      h.write(h.server, bytes(100));
      h.run();
      List<String> order = new ArrayList<>();
      Result<Void> posted = h.<Void>result("posted").then(() -> order.add("posted"));
      Result<Void> inline =
          h.<Void>result("inline")
              .immediate(InlineExecutor.instance())
              .then(() -> order.add("inline"));
      Result<Void> written =
          h.<Void>result("written")
              .immediate(InlineExecutor.instance())
              .then(() -> order.add("written"));
      h.executor.execute(
          () -> {
            h.client.asyncReadSome(ByteBuffer.allocate(10), (IoHandler) posted);
            order.add("posted initiated");
            h.client.asyncWriteSome(new ByteBuffer[] {bytes(10)}, (IoHandler) written);
            order.add("written initiated");
          });
      h.run();
      h.executor.execute(
          () -> {
            h.client.asyncReadSome(ByteBuffer.allocate(10), (IoHandler) inline);
            order.add("inline initiated");
          });
      h.run();
      assertThat(order)
          .containsExactly(
              "posted initiated",
              "written",
              "written initiated",
              "posted",
              "inline",
              "inline initiated");
    }
  }

  /** A handler that starts the next read in itself, with or without the immediate executor. */
  @Test
  void manyOperationsInARowDoNotGrowTheStack() {
    try (Harness h = new Harness().open()) {
      int count = 16_000;
      h.write(h.client, bytes(count));
      h.run();
      List<Integer> depths = new ArrayList<>();
      ByteBuffer one = ByteBuffer.allocate(1);
      IoHandler[] reader = new IoHandler[1];
      reader[0] =
          (error, n) -> {
            depths.add(Thread.currentThread().getStackTrace().length);
            if (depths.size() < count) {
              h.server.asyncReadSome(one.clear(), reader[0]);
            }
          };
      h.server.asyncReadSome(one, reader[0]);
      h.run();
      assertThat(depths).hasSize(count);
      assertThat(depths.stream().distinct().count()).isLessThan(5);
    }
  }

  @Test
  void operationsMayComeFromOutsideOfTheExecutor() {
    try (Harness h = new Harness().open()) {
      h.clientEnd().faults().postAlways(true);
      h.serverEnd().faults().postAlways(true);
      h.transfer(h.client, h.server, Harness.random(50_000, 8));
      h.executor.execute(() -> h.transferStarted(h.server, h.client, Harness.random(50_000, 9)));
      h.run();
      h.assertTransferred();
    }
  }

  @Test
  void layersAreFoundAndNamed() {
    try (Harness h = new Harness().open()) {
      assertThat(h.client.layer(TlsStream.class)).isSameAs(h.client);
      assertThat(h.client.layer(InMemoryStream.class)).isSameAs(h.clientEnd());
      assertThat(h.client.layer(Runnable.class)).isNull();
      assertThat(h.client.layer(AsyncStream.class)).isSameAs(h.client);
      assertThat(h.client.toString()).startsWith("tls[TLSv1.3 TLS_").contains("in-memory client");
      assertThat(h.client.isOpen()).isTrue();
      h.client.close();
      assertThat(h.client.isOpen()).isFalse();
      assertThat(h.client.toString()).contains("closed");
    }
  }
}

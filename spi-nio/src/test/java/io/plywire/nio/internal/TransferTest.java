// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Much data, both ways at once, in pieces of all sizes and kinds, with requests to cancel. */
@ParameterizedClass
@EnumSource(Wire.class)
@Timeout(120)
class TransferTest {
  private static final long BYTES = 32L * 1024 * 1024;

  @Parameter Wire wire;

  @Test
  void bothWaysAtOnceArriveWholeAndInOrder() throws Exception {
    long seed = new Random().nextLong();
    for (int loops = 1; loops <= 2; loops++) {
      try (Rig rig = new Rig(loops);
          Rig.Pair pair = rig.pair(wire)) {
        Sink clientSink = new Sink(pair.client(), new Random(seed));
        Sink serverSink = new Sink(pair.server(), new Random(seed + 1));
        Source clientSource = new Source(pair.client(), new Random(seed + 2));
        Source serverSource = new Source(pair.server(), new Random(seed + 3));
        clientSink.start();
        serverSink.start();
        clientSource.start();
        serverSource.start();
        assertThat(serverSink.await()).as("seed %d", seed).isEqualTo(clientSource.await());
        assertThat(clientSink.await()).as("seed %d", seed).isEqualTo(serverSource.await());
      }
    }
  }

  private static ByteBuffer buffer(Random random, int size) {
    int offset = random.nextInt(5);
    ByteBuffer buffer =
        random.nextBoolean()
            ? ByteBuffer.allocate(size + offset)
            : ByteBuffer.allocateDirect(size + offset);
    return buffer.position(offset).slice();
  }

  private static int size(Random random) {
    return 1 + random.nextInt(1 << (4 + random.nextInt(14)));
  }

  private abstract static class Party implements IoHandler {
    final AsyncStream stream;
    final Random random;
    final CRC32 sum = new CRC32();
    final CompletableFuture<Long> done = new CompletableFuture<>();
    private final CancellationSignal signal = new CancellationSignal();
    long moved;

    Party(AsyncStream stream, Random random) {
      this.stream = stream;
      this.random = random;
    }

    void start() {
      stream.executor().execute(this::next);
    }

    abstract void next();

    /** Now and then asks the operation that was just started to end without effect. */
    void perhapsCancel() {
      if (random.nextInt(50) == 0) {
        signal.emit(CancellationType.TOTAL);
      }
    }

    boolean wasCancelled(@Nullable IOException error) {
      return error instanceof StreamException failure
          && failure.cancellation() == CancellationType.TOTAL;
    }

    long await() throws Exception {
      return done.get(100, TimeUnit.SECONDS);
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return signal.slot();
    }

    @Override
    public @Nullable Executor immediateExecutor() {
      return null;
    }
  }

  private static final class Source extends Party {
    private ByteBuffer[] sources = {};
    private long left = BYTES;

    Source(AsyncStream stream, Random random) {
      super(stream, random);
    }

    @Override
    void next() {
      if (Rig.remaining(sources) == 0) {
        sources = new ByteBuffer[1 + random.nextInt(4)];
        for (int i = 0; i < sources.length; i++) {
          byte[] content = new byte[(int) Math.min(size(random), left)];
          left -= content.length;
          random.nextBytes(content);
          sum.update(content);
          sources[i] = buffer(random, content.length).put(content).flip();
        }
      }
      stream.asyncWriteSome(sources, this);
      perhapsCancel();
    }

    @Override
    public void completed(@Nullable IOException error, long bytes) {
      moved += bytes;
      if (error != null && !wasCancelled(error)) {
        done.completeExceptionally(error);
      } else if (moved == BYTES) {
        done.complete(sum.getValue());
      } else {
        next();
      }
    }
  }

  private static final class Sink extends Party {
    private ByteBuffer target = ByteBuffer.allocate(0);

    Sink(AsyncStream stream, Random random) {
      super(stream, random);
    }

    @Override
    void next() {
      if (!target.hasRemaining()) {
        target = buffer(random, size(random));
      }
      stream.asyncReadSome(target, this);
      perhapsCancel();
    }

    @Override
    public void completed(@Nullable IOException error, long bytes) {
      if (bytes > 0) {
        ByteBuffer got = target.duplicate();
        sum.update(got.limit(target.position()).position(target.position() - (int) bytes));
        moved += bytes;
      }
      if (error != null && !wasCancelled(error)) {
        done.completeExceptionally(error);
      } else if (moved == BYTES) {
        done.complete(sum.getValue());
      } else {
        next();
      }
    }
  }

  @Test
  void smallWritesOfATurnAreCollectedAndLeaveAtItsEnd() throws Exception {
    boolean collects = wire == Wire.TCP || wire == Wire.UNIX;
    try (Rig rig = new Rig(1);
        Rig.Pair pair = rig.pair(wire)) {
      Rig.runOnLoop(
          rig.loop(),
          () -> {
            for (int i = 0; i < 10; i++) {
              ByteBuffer[] sources = {Rig.pattern(ByteBuffer.allocate(10), 10 * i)};
              Outcome<Void> writing = new Outcome<Void>().inline();
              pair.client().asyncWriteSome(sources, writing);
              assertThat(writing.awaitBytes()).isEqualTo(10);
            }
            assertThat(pair.client().writes().heldBytes()).isEqualTo(collects ? 100 : 0);
          });
      Rig.settle(rig.loop());
      assertThat(Rig.onLoop(rig.loop(), pair.client().writes()::heldBytes)).isZero();
      ByteBuffer got = ByteBuffer.allocate(100);
      Rig.readFully(pair.server(), got);
      Rig.assertPattern(got.flip(), 0);
    }
  }

  /** A frame of 64 KiB on the heap, with its header or encrypted, is longer than the window. */
  @Test
  void heapWriteBeyondTheWindowLeavesWithOneSystemCall() throws Exception {
    int size = OutBuffer.WINDOW_BYTES + 200; // which every fresh socket takes at once
    try (Rig rig = new Rig(1);
        Rig.Pair pair = rig.pair(wire)) {
      Rig.runOnLoop(
          rig.loop(),
          () -> {
            ByteBuffer[] sources = {Rig.pattern(ByteBuffer.allocate(size), 0)};
            Outcome<Void> writing = new Outcome<Void>().inline();
            pair.client().asyncWriteSome(sources, writing);
            assertThat(writing.awaitBytes()).isEqualTo(size);
            assertThat(pair.client().writes().heldBytes()).isZero();
          });
      ByteBuffer got = ByteBuffer.allocate(size);
      Rig.readFully(pair.server(), got);
      Rig.assertPattern(got.flip(), 0);
    }
  }

  @Test
  void broadcastToManyStreams() throws Exception {
    try (Rig rig = new Rig(1)) {
      List<Rig.Pair> pairs = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        pairs.add(rig.pair(wire));
      }
      Rig.runOnLoop(
          rig.loop(),
          () -> {
            for (Rig.Pair pair : pairs) {
              ByteBuffer[] sources = {ByteBuffer.allocate(5)};
              pair.client().asyncWriteSome(sources, new Outcome<Void>());
            }
          });
      for (Rig.Pair pair : pairs) {
        Rig.readFully(pair.server(), ByteBuffer.allocate(5));
        pair.close();
      }
    }
  }

  /** A sender that loops within its calls must not keep the loop from the others. */
  @Test
  void greedyWriterLeavesRoomForOthers() throws Exception {
    greedyWriterLeavesRoomForOthers(100_000);
    greedyWriterLeavesRoomForOthers(1_000);
  }

  private void greedyWriterLeavesRoomForOthers(int size) throws Exception {
    try (Rig rig = new Rig(1);
        Rig.Pair greedy = rig.pair(wire);
        Rig.Pair modest = rig.pair(wire)) {
      ByteBuffer[] flood = {ByteBuffer.allocateDirect(size)};
      boolean[] stop = {false};
      CompletableFuture<Void> stopped = new CompletableFuture<>();
      IoHandler writer =
          new IoHandler() {
            private boolean inside;
            private boolean again;

            @Override
            public void completed(@Nullable IOException error, long bytes) {
              again = true;
              if (inside) {
                return; // loops instead of recurring, as composed operations do
              }
              inside = true;
              while (again) {
                again = false;
                if (error != null || stop[0]) {
                  stopped.complete(null);
                } else {
                  greedy.client().asyncWriteSome(new ByteBuffer[] {flood[0].clear()}, this);
                }
              }
              inside = false;
            }

            @Override
            public Executor immediateExecutor() {
              return InlineExecutor.instance();
            }
          };
      Thread drain =
          new Thread(
              () -> {
                ByteBuffer sink = ByteBuffer.allocateDirect(1 << 20);
                while (Rig.read(greedy.server(), sink.clear()).await().error == null) {}
              });
      drain.start();
      Rig.runOnLoop(rig.loop(), () -> writer.completed(null, 0));
      for (int i = 0; i < 100; i++) {
        Rig.writeFully(modest.client(), Rig.pattern(ByteBuffer.allocate(10), i));
        ByteBuffer got = ByteBuffer.allocate(10);
        Rig.readFully(modest.server(), got);
        Rig.assertPattern(got.flip(), i);
      }
      stop[0] = true;
      stopped.get(30, TimeUnit.SECONDS);
      greedy.client().close();
      drain.join();
    }
  }
}

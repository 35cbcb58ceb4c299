// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.tck.StreamPair;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Writing some bytes: N2. Counts, positions and content are watched in every write. */
final class Writing {
  private Writing() {}

  static List<Experiment> all() {
    return List.of(
        check("N2.1", "writeCompletesOnceSomethingWasAccepted", Writing::accepted),
        check("N2.2", "positionsAdvanceInTheOrderOfTheArray", Writing::manyBuffers),
        check("N2.3", "contentIsNeverModified", Writing::content),
        check("N2.4", "everyKindOfBuffer", Writing::kinds),
        check("N2.5", "noReferenceIsKept", Writing::nothingKept),
        check("N2.6", "emptyWritesDoNoIo", Writing::empty),
        check("N2.7", "buffersMayBeReusedAfterCompletion", Writing::reuse));
  }

  private static void accepted(Scene scene) throws Exception {
    Link link = scene.link();
    for (int size : new int[] {1, 2, 100, 5000, 70_000}) {
      Outcome<Void> write = link.client().write(size);
      long n = write.success();
      link.server().receive((int) n);
    }
  }

  private static void manyBuffers(Scene scene) throws Exception {
    Link link = scene.link();
    for (int each : new int[] {1, 30, scene.atMost(100_000) / 100}) {
      ByteBuffer all = link.client().next(100 * each);
      ByteBuffer[] sources = new ByteBuffer[100];
      for (int i = 0; i < sources.length; i++) {
        sources[i] = all.slice(i * each, each);
      }
      writeAll(link, sources);
    }
  }

  /** Writes all of it, with the reading that it takes. */
  private static void writeAll(Link link, ByteBuffer... sources) {
    int total = 0;
    for (ByteBuffer source : sources) {
      total += source.remaining();
    }
    Outcome<Void> sent = link.client().outcome("writing of " + sources.length + " buffers");
    io.plywire.stream.AsyncStreams.writeAll(link.client().stream(), sources, sent);
    link.server().receive(total);
    sent.success();
  }

  private static void content(Scene scene) throws Exception {
    Link link = scene.link();
    for (int size : new int[] {1, 100, scene.atMost(10_000), scene.atMost(200_000)}) {
      writeAll(link, link.client().next(size)); // the checksums are compared in every write
      writeAll(link, link.client().nextDirect(size));
    }
  }

  private static void kinds(Scene scene) throws Exception {
    Link link = scene.link();
    for (int size : new int[] {10, 3000, scene.atMost(100_000)}) {
      Side side = link.client();
      writeAll(link, side.next(size).asReadOnlyBuffer());
      writeAll(link, side.nextDirect(size).asReadOnlyBuffer());
      writeAll(link, side.nextDirect(size));
      ByteBuffer all = side.next(3 * size);
      ByteBuffer margin = ByteBuffer.allocate(size + 20).position(9);
      margin.put(all.duplicate().position(2 * size)).limit(size + 9).position(9);
      writeAll(
          link,
          ByteBuffer.allocate(0),
          all.slice(0, size),
          ByteBuffer.allocateDirect(size).put(all.slice(size, size)).flip(),
          ByteBuffer.allocateDirect(0),
          margin);
    }
  }

  private static void empty(Scene scene) throws Exception {
    Link link = scene.link();
    scene.check(link.client().write().success() == 0, "no buffers, and bytes were written");
    ByteBuffer used = ByteBuffer.allocate(5).position(5);
    scene.check(
        link.client().write(ByteBuffer.allocate(0), used).success() == 0, "bytes out of nothing");
    Outcome<Void> read = link.server().read(1);
    link.settle();
    scene.check(!read.isDone(), "the peer noticed an empty write: %s", read.error());
    link.client().writeOne();
    read.success();
  }

  private static void reuse(Scene scene) throws Exception {
    Link link = scene.link();
    for (int size : new int[] {1, 1000, 20_000}) {
      for (boolean direct : new boolean[] {false, true}) {
        ByteBuffer source = direct ? link.client().nextDirect(size) : link.client().next(size);
        Outcome<Void> write = link.client().outcome("write").then(() -> overwrite(source));
        long n = link.client().write(write, source).success();
        expectOriginal(scene, link.server(), ByteBuffer.allocate((int) n));
      }
    }
  }

  /** Reads what was written before its source was overwritten, and looks for which it is. */
  private static void expectOriginal(Scene scene, Side side, ByteBuffer target) {
    long first = side.received();
    ByteBuffer came = side.receiveUnseen(target);
    ByteBuffer original = side.expected(came.remaining());
    int at = came.mismatch(original);
    scene.check(
        at < 0 || came.get(at) != (byte) ~original.get(at),
        "byte %d of this direction is what the handler wrote into the source after completion",
        first + at);
    side.sees(came); // any other difference is a matter of N1.4
  }

  private static void overwrite(ByteBuffer buffer) {
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, (byte) ~buffer.get(i));
    }
  }

  // ---- N2.5

  private static void nothingKept(Scene scene) throws Exception {
    StreamPair pair = scene.unwatched();
    scene.closing(pair.client());
    scene.closing(pair.server());
    List<WeakReference<Object>> used = new ArrayList<>();
    move(scene, pair.client(), pair.server(), used);
    move(scene, pair.server(), pair.client(), used);
    scene.settle(pair.client().executor());
    scene.settle(pair.server().executor());
    Garbage.expect(scene, used, 0, "buffers, arrays and handlers of completed operations");
  }

  private static void move(
      Scene scene, AsyncStream from, AsyncStream to, List<WeakReference<Object>> used) {
    CountDownLatch done = new CountDownLatch(3);
    ByteBuffer[] sources = {ByteBuffer.allocate(64), ByteBuffer.allocateDirect(64)};
    IoHandler written = counting(done);
    from.asyncWriteSome(sources, written);
    IoHandler waited = counting(done);
    ByteBuffer target = ByteBuffer.allocate(64);
    IoHandler read = counting(done);
    to.asyncWait(
        io.plywire.stream.WaitType.READ,
        new IoHandler() {
          @Override
          public void completed(@Nullable IOException error, long bytes) {
            waited.completed(error, bytes);
            to.asyncReadSome(target, read);
          }
        });
    scene.await(done, scene.rule(), "a write, a wait and a read have completed");
    for (Object each : List.of(sources, sources[0], sources[1], target, written, read, waited)) {
      used.add(new WeakReference<>(each));
    }
  }

  private static IoHandler counting(CountDownLatch done) {
    return new IoHandler() {
      @Override
      public void completed(@Nullable IOException error, long bytes) {
        done.countDown();
      }
    };
  }
}

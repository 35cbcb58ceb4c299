// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Trait;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntFunction;

/** What holds of writes and teardowns must hold when the window is full, too: N1, N2, N8, N11. */
final class FullWindows {
  private static final int CHUNK = 30_011;

  private static final Rule STARVED = Rule.of("N11.2");

  private static final int MEGABYTE = 1 << 20;

  /** More than anybody takes at once, so that there are short writes. */
  private static final int LARGE = MEGABYTE + 11;

  private static final int MORE = 1000;
  private static final int ROOM = 32 * 1024;

  private FullWindows() {}

  static List<Experiment> all() {
    return List.of(
        check("N1.4", "fullWindowOfEveryKindOfBuffer", s -> everyKind(s, false)),
        check("N2.3", "contentIsNotModifiedWhileAWriteWaits", s -> everyKind(s, true)),
        check("N8.1", "fullWindowIsFlushedToALateReader", FullWindows::flushed),
        check("N11.1", "writesOfAMegabyteWait", FullWindows::megabytes));
  }

  /** A way to make sources, and what the last of them were when they were made. */
  private static final class Kind {
    private final String name;
    private final IntFunction<ByteBuffer[]> make;
    private ByteBuffer[] last = {};
    private ByteBuffer[] copies = {};

    Kind(String name, IntFunction<ByteBuffer[]> make) {
      this.name = name;
      this.make = make;
    }

    ByteBuffer[] next(int bytes) {
      last = make.apply(bytes);
      copies = new ByteBuffer[last.length];
      for (int i = 0; i < last.length; i++) {
        copies[i] = whole(last[i]);
      }
      return last;
    }

    private static ByteBuffer whole(ByteBuffer buffer) {
      return ByteBuffer.allocate(buffer.capacity()).put(buffer.duplicate().clear()).flip();
    }

    void expectUnchanged(Scene scene) {
      for (int i = 0; i < last.length; i++) {
        int at = copies[i].mismatch(last[i].duplicate().clear());
        scene.check(
            at < 0,
            "byte %d of buffer %d of %d, %s, was changed while the write waits",
            at,
            i,
            last.length,
            name);
      }
    }
  }

  private static List<Kind> kinds(Side side) {
    return List.of(
        new Kind("heap", bytes -> new ByteBuffer[] {side.next(bytes)}),
        new Kind("direct", bytes -> new ByteBuffer[] {side.nextDirect(bytes)}),
        new Kind("read-only", bytes -> new ByteBuffer[] {side.next(bytes).asReadOnlyBuffer()}),
        new Kind("a slice", bytes -> new ByteBuffer[] {withMargin(side.next(bytes))}),
        new Kind(
            "read-only and direct",
            bytes -> new ByteBuffer[] {side.nextDirect(bytes).asReadOnlyBuffer()}),
        new Kind("one of several", bytes -> several(side.next(bytes))));
  }

  private static ByteBuffer withMargin(ByteBuffer bytes) {
    int size = bytes.remaining();
    ByteBuffer margin = ByteBuffer.allocate(size + 30).slice(5, size + 20).position(9);
    return margin.put(bytes).limit(size + 9).position(9);
  }

  private static ByteBuffer[] several(ByteBuffer all) {
    int third = all.remaining() / 3;
    return new ByteBuffer[] {
      all.slice(0, third),
      ByteBuffer.allocate(0),
      ByteBuffer.allocateDirect(third).put(all.slice(third, third)).flip(),
      all.slice(2 * third, all.remaining() - 2 * third).asReadOnlyBuffer()
    };
  }

  /** A very slow stream is not filled with all kinds, lest the check takes too long. */
  private static void everyKind(Scene scene, boolean looks) throws Exception {
    long deadline = System.nanoTime() + scene.patience().toNanos();
    int kinds = kinds(scene.link().client()).size();
    for (int i = 0; i < kinds && System.nanoTime() < deadline; i++) {
      scene.closeAll();
      Link link = scene.link();
      Kind kind = kinds(link.client()).get(i);
      scene.trace().add("test", "fills the window with buffers that are %s", kind.name);
      Outcome<Void> waiting = link.client().fill(link.server(), LARGE, kind::next);
      if (looks) {
        kind.expectUnchanged(scene);
      }
      makeRoom(scene, link.client(), link.server(), waiting);
      Outcome<Void> more = link.client().pump(MORE);
      while (!more.isDone() || link.server().received() < link.client().accepted()) {
        readSome(scene, link.client(), link.server(), more);
      }
      more.success();
    }
  }

  /** Reads until the write that waits has got its room. */
  private static void makeRoom(Scene scene, Side from, Side to, Outcome<Void> waiting) {
    while (!waiting.isDone()) {
      readSome(scene, from, to, waiting);
    }
    waiting.success();
  }

  /** Reads once, if something is on its way; else the write must make progress. */
  private static void readSome(Scene scene, Side from, Side to, Outcome<Void> write) {
    int there = (int) Math.min(ROOM, from.accepted() - to.received());
    if (there > 0) {
      to.readOrHang(ByteBuffer.allocate(there)).success();
    } else {
      scene.eventually(
          () -> write.isDone() || from.accepted() > to.received(),
          STARVED,
          () -> "all that was accepted has been read, and still waits " + write);
    }
  }

  // ---- N8.1

  private static void flushed(Scene scene) throws Exception {
    for (Role role : Role.values()) {
      Link link = scene.link();
      Side side = role == Role.SERVER ? link.server() : link.client();
      Side peer = link.peerOf(side);
      endWriting(scene, side, peer);
      Outcome<Void> teardown = side.teardown(role);
      side.settle();
      expectAll(scene, side, peer);
      if (role == Role.SERVER) { // a client may wait for the server's goodbye
        peer.read(1).failure(StreamError.EOF);
      }
      peer.teardown(role == Role.SERVER ? Role.CLIENT : Role.SERVER).ended();
      teardown.ended();
      scene.closeAll();
    }
  }

  /** Fills the window as far as can be without a write that waits. */
  private static void endWriting(Scene scene, Side side, Side peer) {
    Outcome<Void> waiting = side.fill(peer, CHUNK, bytes -> new ByteBuffer[] {side.next(bytes)});
    if (scene.subject().traits().contains(Trait.TOTAL_CANCELLATION)) {
      waiting.cancel(CancellationType.TOTAL);
      waiting.ended();
    } else {
      makeRoom(scene, side, peer, waiting);
    }
  }

  private static void expectAll(Scene scene, Side from, Side to) {
    ByteBuffer target = ByteBuffer.allocate(ROOM);
    while (to.received() < from.accepted()) {
      Outcome<Void> read = to.read(target.clear()).ended();
      scene.check(
          read.error() == null,
          "%d bytes were accepted before the teardown, %d came, and then %s",
          from.accepted(),
          to.received(),
          read.error());
    }
  }

  // ---- N11.1

  private static void megabytes(Scene scene) throws Exception {
    Link link = scene.link();
    link.client()
        .fill(link.server(), MEGABYTE, bytes -> new ByteBuffer[] {link.client().next(bytes)});
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Trait;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How the peer's end is seen: N4. */
final class Ending {
  private static final long A_MOMENT_MILLIS = 100;

  private Ending() {}

  static List<Experiment> all() {
    return List.of(
        check("N4.1", "everythingBeforeTheEndIsDelivered", Ending::everythingBefore),
        check("N4.2", "endOfStreamIsSticky", Ending::sticky),
        check("N4.3", "pendingReadSeesTheEnd", Ending::pendingRead),
        check("N4.4", "writesToAPeerThatIsGoneFailInTheEnd", Ending::writesToNobody),
        check("N4.5", "resetEndsPendingAndLaterOperations", Ending::reset),
        check("N4.6", "otherDirectionOutlivesTheEnd", Ending::halfClosed, Trait.HALF_CLOSE),
        check("N4.6", "endLeavesAWriteThatWaits", Ending::endWhileWriting, Trait.HALF_CLOSE));
  }

  private static void everythingBefore(Scene scene) throws Exception {
    Link link = scene.link();
    int bytes = scene.environment().bytes() / 4;
    Outcome<Void> teardown = link.server().outcome("teardown");
    Outcome<Void> sent = link.server().outcome("writing of " + bytes + " bytes");
    link.server().pump(bytes, sent.then(() -> link.server().teardown(Role.SERVER, teardown)));
    long came = link.client().receiveAll();
    scene.check(came == bytes, "%d bytes were written and %d came before the end", bytes, came);
    link.client().teardown(Role.CLIENT).ended();
    teardown.ended();
  }

  private static void sticky(Scene scene) throws Exception {
    Link link = scene.link();
    link.server().teardown(Role.SERVER);
    for (int i = 0; i < 3; i++) {
      link.client().read(10).failure(StreamError.EOF);
      link.client().waitReadable().ended();
    }
  }

  private static void pendingRead(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> read = link.client().read(10);
    link.settle();
    link.server().teardown(Role.SERVER);
    read.failure(StreamError.EOF);
  }

  private static void writesToNobody(Scene scene) throws Exception {
    Link link = scene.link();
    link.client().writeOne(); // which the server never reads
    link.server().close();
    long limit = scene.subject().windowBytes();
    while (true) {
      Outcome<Void> write = link.client().write(50_000).ended();
      if (write.error() != null) {
        write.failure(StreamError.RESET, StreamError.TRUNCATED);
        return;
      }
      scene.check(
          link.client().accepted() <= limit,
          "%d bytes were accepted for a peer that has closed",
          link.client().accepted());
    }
  }

  private static void reset(Scene scene) throws Exception {
    Link link = scene.resettingLink();
    Side side = link.server();
    Outcome<Void> write = side.fill(link.client());
    Outcome<Void> read = side.read(10);
    side.settle();
    link.client().close();
    read.failure(StreamError.RESET);
    if (write.ended().error() != null) { // a slow one may have got through
      write.failure(StreamError.RESET);
    }
    side.read(10).failure(StreamError.RESET);
    side.write(10).failure(StreamError.RESET);
    side.waitReadable().ended();
  }

  private static void halfClosed(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> teardown = link.server().teardown(Role.SERVER);
    link.client().read(1).failure(StreamError.EOF);
    // The server drains what still comes; so all of it is accepted.
    link.client().pump(scene.atMost(200_000)).success();
    link.client().teardown(Role.CLIENT).ended();
    teardown.ended();
  }

  /** Lets an executor go on for a moment, if it is not the busy one behind another face. */
  private static void giveTime(Side side) {
    CountDownLatch ran = new CountDownLatch(1);
    side.executor().execute(() -> side.executor().execute(ran::countDown));
    try {
      if (!ran.await(A_MOMENT_MILLIS, TimeUnit.MILLISECONDS)) {
        return; // then the client sees the end and the room one after the other
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** The peer drains what comes after its end, so the write gets its room. */
  @SuppressWarnings("ReferenceEquality") // the very same executor
  private static void endWhileWriting(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> write = link.client().fill(link.server());
    Outcome<Void> read = link.client().read(1);
    Outcome<Void> teardown = link.server().outcome("teardown");
    link.client().settle();
    if (link.client().executor() == link.server().executor()) {
      link.server().teardown(Role.SERVER, teardown);
    } else { // the end and the room are there before the client can see either
      scene.whileBusy(
          link.client().executor(),
          () -> {
            link.server().teardown(Role.SERVER, teardown);
            giveTime(link.server());
          });
    }
    read.failure(StreamError.EOF);
    if (write.ended().error() != null) {
      link.settle();
      scene.check(
          teardown.isDone() && teardown.error() != null, // then it has drained all it would
          "the peer ended its side, and the write that waited ended with %s",
          write.error());
    } else {
      link.client().teardown(Role.CLIENT).ended();
    }
    teardown.ended();
  }
}

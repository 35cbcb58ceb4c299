// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The graceful end: N8. */
final class TearingDown {
  private TearingDown() {}

  static List<Experiment> all() {
    return List.of(
        check("N8.1", "whatWasAcceptedArrivesThoughThePeerReadsLate", TearingDown::lateReader),
        check("N8.1", "whatWasNotReadDoesNotDestroyWhatWasWritten", TearingDown::unreadBytes),
        check("N8.2", "streamIsClosedAfterwards", TearingDown::closedAfterwards),
        check("N8.2", "pendingReadIsAborted", TearingDown::pendingRead),
        check("N8.3", "bothSidesAtOnce", TearingDown::bothAtOnce),
        check("N8.4", "peerThatNeverStopsIsNotDrainedForEver", TearingDown::endlessPeer),
        check("N8.5", "afterThePeersEndItSucceeds", TearingDown::afterThePeer),
        check("N8.6", "cancelledTeardownLeavesTheStreamClosed", TearingDown::cancelled));
  }

  private static void lateReader(Scene scene) throws Exception {
    Link link = scene.link();
    long written = 0;
    for (int i = 0; i < 10; i++) {
      Outcome<Void> write = link.server().write(3000);
      link.settle();
      while (!write.isDone()) { // a small window, which opens when much of it was read
        written += link.client().read(3000).success();
        link.settle();
      }
      write.success();
    }
    Outcome<Void> teardown = link.server().teardown(Role.SERVER);
    link.settle();
    written += link.client().receiveAll();
    long accepted = link.server().accepted();
    scene.check(written == accepted, "%d bytes were accepted and %d came", accepted, written);
    link.client().teardown(Role.CLIENT).ended();
    teardown.ended();
  }

  private static void unreadBytes(Scene scene) throws Exception {
    Link link = scene.link();
    link.client().writeOne(); // the server never reads it
    link.server().waitReadable().success();
    link.server().writeOne();
    Outcome<Void> teardown = link.server().teardown(Role.SERVER);
    link.client().write(1).success();
    long came = link.client().receiveAll();
    scene.check(came == 1, "1 byte was written before the end, and %d came", came);
    link.client().teardown(Role.CLIENT).ended();
    teardown.ended();
  }

  private static void closedAfterwards(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> server = link.server().teardown(Role.SERVER);
    link.client().teardown(Role.CLIENT).success();
    server.success();
    for (Side side : List.of(link.client(), link.server())) {
      scene.check(!side.raw().isOpen(), "%s is open after its teardown", side);
      scene.check(side.read(1).ended().error() != null, "a read after the teardown succeeded");
      scene.check(side.write(1).ended().error() != null, "a write after the teardown succeeded");
    }
  }

  private static void pendingRead(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> read = link.server().read(10);
    Outcome<Void> teardown = link.server().teardown(Role.SERVER);
    read.failure(StreamError.ABORTED);
    link.client().teardown(Role.CLIENT).ended();
    teardown.ended();
  }

  private static void bothAtOnce(Scene scene) throws Exception {
    for (int i = 0; i < 20; i++) {
      Link link = scene.link();
      link.client().writeOne();
      link.server().writeOne();
      Outcome<Void> client = link.client().outcome("teardown");
      Outcome<Void> server = link.server().outcome("teardown");
      scene
          .racers()
          .race(
              () -> link.client().teardown(Role.CLIENT, client),
              () -> link.server().teardown(Role.SERVER, server));
      client.success();
      server.success();
      scene.closeAll();
    }
  }

  private static void endlessPeer(Scene scene) throws Exception {
    Link link = scene.link();
    ByteBuffer[] source = {ByteBuffer.allocateDirect(64 * 1024)};
    link.client()
        .raw()
        .asyncWriteSome(
            source,
            new IoHandler() {
              @Override
              public void completed(@Nullable IOException error, long bytes) {
                if (error == null) {
                  source[0].clear();
                  link.client().raw().asyncWriteSome(source, this);
                }
              }
            });
    link.server().teardown(Role.SERVER).ended();
  }

  private static void afterThePeer(Scene scene) throws Exception {
    for (Role role : Role.values()) {
      Link link = scene.link();
      Outcome<Void> first = link.server().teardown(Role.SERVER);
      link.client().read(1).failure(StreamError.EOF);
      link.client().teardown(role).success();
      first.success();
    }
  }

  private static void cancelled(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> teardown = link.client().teardown(Role.CLIENT);
    teardown.cancel(CancellationType.TERMINAL);
    teardown.ended();
    scene.check(!link.client().raw().isOpen(), "the stream is open after a cancelled teardown");
    scene.check(
        link.client().read(1).ended().error() != null,
        "a read after the cancelled teardown succeeded");
  }
}

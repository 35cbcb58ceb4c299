// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.util.List;

/** Closing at once: N7. */
final class Closing {
  private Closing() {}

  static List<Experiment> all() {
    return List.of(
        check("N7.1", "closeAbortsAReadAndAWrite", Closing::readAndWrite),
        check("N7.1", "closeAbortsAWaitAndATeardown", Closing::waitAndTeardown),
        check("N7.2", "laterOperationsAreClosed", Closing::later),
        check("N7.3", "closeAgainAndFromManyThreads", Closing::again),
        check("N7.4", "closeReturnsFromEverywhere", Closing::returns),
        check("N7.5", "isOpenTellsTheTruth", Closing::isOpen),
        check("N7.6", "peerNotices", Closing::peerNotices),
        check("N7.7", "noHandlerRunsInsideClose", Closing::notInside));
  }

  private static void readAndWrite(Scene scene) throws Exception {
    for (boolean within : new boolean[] {false, true}) {
      Link link = scene.link();
      Side side = link.client();
      Outcome<Void> write = side.fill(link.server());
      Outcome<Void> read = side.read(10);
      side.settle();
      if (within) {
        side.run(side::close);
      } else {
        side.close();
      }
      read.failure(StreamError.ABORTED);
      if (write.ended().error() != null) {
        write.failure(StreamError.ABORTED);
      }
    }
  }

  private static void waitAndTeardown(Scene scene) throws Exception {
    Side waiting = scene.link().client();
    Outcome<Void> wait = waiting.waitReadable();
    waiting.close();
    if (wait.ended().error() != null) {
      wait.failure(StreamError.ABORTED);
    }
    Side ending = scene.link().client();
    Outcome<Void> teardown = ending.teardown(Role.CLIENT);
    ending.close();
    teardown.failure(StreamError.ABORTED);
  }

  private static void later(Scene scene) throws Exception {
    Link link = scene.link();
    Side side = link.client();
    link.server().writeOne(); // there is something to read, which is of no use now
    side.close();
    side.read(10).failure(StreamError.CLOSED);
    side.write(10).failure(StreamError.CLOSED);
    side.waitReadable().failure(StreamError.CLOSED);
    side.teardown(Role.CLIENT).failure(StreamError.CLOSED);
    side.settle();
    side.read(10).failure(StreamError.CLOSED);
  }

  private static void again(Scene scene) throws Exception {
    for (int i = 0; i < 50; i++) {
      Link link = scene.link();
      Side side = link.client();
      Outcome<Void> read = side.read(10);
      scene.racers().race(side::close, side::close, side::close);
      side.close();
      read.ended();
      side.run(side::close);
      scene.closeAll();
    }
  }

  private static void returns(Scene scene) throws Exception {
    Link link = scene.link();
    link.client().fill(link.server());
    link.client().close();
    Link other = scene.link();
    Side side = other.client();
    Outcome<Void> read = side.outcome("read").then(side::close);
    side.read(java.nio.ByteBuffer.allocate(1), read);
    other.server().writeOne();
    read.success();
    scene.check(!side.raw().isOpen(), "a stream that its handler closed is open");
  }

  private static void isOpen(Scene scene) throws Exception {
    Link link = scene.link();
    scene.check(link.client().raw().isOpen(), "a fresh stream says that it is closed");
    link.client().close();
    scene.check(!link.client().raw().isOpen(), "a closed stream says that it is open");
    Link ending = scene.link();
    ending.client().teardown(Role.SERVER);
    ending.server().read(10).ended();
    scene.check(
        ending.server().raw().isOpen(), "a stream says that it is closed because its peer is");
  }

  private static void peerNotices(Scene scene) throws Exception {
    Link idle = scene.link();
    Outcome<Void> read = idle.server().read(10);
    idle.client().close();
    lost(read);
    Link unread = scene.link();
    unread.server().writeOne();
    unread.client().close();
    lost(unread.server().read(10));
  }

  private static void lost(Outcome<Void> read) {
    read.failure(StreamError.EOF, StreamError.RESET, StreamError.TRUNCATED);
  }

  private static void notInside(Scene scene) throws Exception {
    Side side = scene.link().client();
    Outcome<Void> read = side.read(10);
    side.settle();
    side.run(
        () -> {
          side.close();
          scene.check(!read.isDone(), "the handler of a read ran inside close()");
        });
    read.ended();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Meddler;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** How a layer comes to stand on a stream, or does not: S3. */
final class Handshaking {
  private static final Rule CANCEL = Rule.of("S3.2");
  private static final Rule FAILURE = Rule.of("S3.3");
  private static final int MOST_CUTS = 4;

  private Handshaking() {}

  static List<Experiment> all() {
    return List.of(
        check("S3.1", "wrapCompletesOnTheExecutorBelow", Handshaking::completes),
        check("S3.2", "cancelWhileThePeerIsSilent", Handshaking::cancelled),
        check("S3.2", "cancelThatOvertakesTheWrap", Handshaking::cancelOvertakes),
        check("S3.2", "cancelRacesWithTheEndOfTheHandshake", Handshaking::cancelRace),
        check("S3.3", "endBelowFailsTheWrap", Handshaking::cut),
        check("S3.3", "failedWrapsLeaveNothingOpenBelow", Handshaking::changed),
        check("S3.3", "closeBelowFailsTheWrap", Handshaking::closedBelow),
        check("S3.4", "executorIsFreeWhileWorkIsDone", Handshaking::free),
        check("S3.4", "workThatEndsFirstIsNotHeldUpByOther", Handshaking::overtakenWork),
        check("S3.4", "cancelWhileWorkIsDone", Handshaking::cancelDuringWork),
        check("S3.5", "refusedWorkFailsTheWrap", Handshaking::refusedWork));
  }

  private static void completes(Scene scene) throws Exception {
    for (boolean within : new boolean[] {false, true}) {
      Handshakes both = Handshakes.open(scene, null);
      Outcome<AsyncStream> client = both.outcome(Role.CLIENT);
      Thread caller = Thread.currentThread();
      AtomicBoolean calling = new AtomicBoolean(true);
      AtomicBoolean inside = new AtomicBoolean();
      AtomicBoolean there = new AtomicBoolean();
      client.then(
          () -> {
            inside.set(calling.get() && (within || Thread.currentThread() == caller));
            there.set(both.client().executor().isCurrent());
          });
      Runnable call =
          () -> {
            both.start(Role.CLIENT, client);
            calling.set(false);
          };
      Outcome<AsyncStream> server = both.start(Role.SERVER);
      if (within) {
        scene.run(both.client().executor(), call);
      } else {
        call.run();
      }
      both.converse(client, server);
      scene.check(!inside.get(), "asyncWrap ran its handler inside the call");
      scene.check(there.get(), "asyncWrap ran its handler outside of the executor of the stream");
    }
  }

  // ---- cancellation

  private static void cancelled(Scene scene) throws Exception {
    for (CancellationType type : CancellationType.values()) {
      Handshakes alone = Handshakes.open(scene, null);
      Outcome<AsyncStream> client = alone.start(Role.CLIENT);
      scene.settle(alone.client().executor());
      client.cancel(type);
      client.failure(StreamError.ABORTED);
      alone.expectClosed(Role.CLIENT);
    }
  }

  private static void cancelOvertakes(Scene scene) throws Exception {
    Handshakes alone = Handshakes.open(scene, null);
    Outcome<AsyncStream> server = alone.outcome(Role.SERVER);
    scene.whileBusy(
        alone.server().executor(),
        () -> {
          alone.start(Role.SERVER, server);
          server.cancel(CancellationType.TERMINAL);
        });
    server.failure(StreamError.ABORTED);
    alone.expectClosed(Role.SERVER);
  }

  private static void cancelRace(Scene scene) throws Exception {
    for (int i = 0; i < scene.environment().rounds() / 8; i++) {
      Handshakes both = Handshakes.open(scene, null);
      Outcome<AsyncStream> client = both.start(Role.CLIENT);
      Outcome<AsyncStream> server = both.outcome(Role.SERVER);
      scene
          .racers()
          .race(
              () -> client.cancel(CancellationType.TERMINAL),
              () -> both.start(Role.SERVER, server));
      server.ended(FAILURE); // whichever way, unless it is not noticed that the client has gone
      if (client.ended().error() != null) {
        client.failure(StreamError.ABORTED);
      }
      scene.closeAll();
      scene.settle(both.client().executor());
      scene.rethrow();
    }
  }

  // ---- failure

  /** Cuts after the first bytes, and further on in steps; a handshake that gets through is done. */
  private static void cut(Scene scene) throws Exception {
    Handshakes whole = Handshakes.open(scene, null);
    whole.converse(whole.start(Role.CLIENT), whole.start(Role.SERVER));
    long step = Math.max(1, whole.client().read() / MOST_CUTS);
    for (long after = 0; after < step * MOST_CUTS; after += after == 0 ? 1 : step) {
      Handshakes both = Handshakes.open(scene, null);
      both.client().endAfter(after);
      Outcome<AsyncStream> server = both.start(Role.SERVER);
      Outcome<AsyncStream> client = both.start(Role.CLIENT).ended();
      if (client.error() == null) {
        break; // what the peer says last may come after the end of the handshake
      }
      both.expectFailure(client, "whose stream below ended after " + after + " bytes");
      both.expectClosed(Role.CLIENT);
      server.ended();
    }
  }

  /** Changes a byte for one side, which then gets no more than there was in a whole handshake. */
  private static void changed(Scene scene) throws Exception {
    Handshakes whole = Handshakes.open(scene, null);
    whole.converse(whole.start(Role.CLIENT), whole.start(Role.SERVER));
    for (Role role : Role.values()) {
      long length = Math.max(1, (role == Role.CLIENT ? whole.client() : whole.server()).read() / 2);
      for (long at = 0; at < length; at += Math.max(1, length / 3)) {
        Handshakes both = Handshakes.open(scene, null);
        Meddler below = role == Role.CLIENT ? both.client() : both.server();
        below.changeAfter(at);
        below.endAfter(2 * length);
        Outcome<AsyncStream> server = both.start(Role.SERVER);
        Outcome<AsyncStream> client = both.start(Role.CLIENT);
        if (server.ended().error() != null) {
          both.expectClosed(Role.SERVER);
        }
        if (client.ended().error() != null) {
          both.expectClosed(Role.CLIENT);
        }
        scene.closeAll();
      }
    }
  }

  private static void closedBelow(Scene scene) throws Exception {
    Handshakes alone = Handshakes.open(scene, null);
    Outcome<AsyncStream> server = alone.start(Role.SERVER);
    scene.settle(alone.server().executor());
    alone.server().close();
    alone.expectFailure(server, "whose stream below was closed");
  }

  // ---- work done elsewhere

  /** Shows that the executor runs what is posted to it. */
  private static void expectFree(Scene scene, AsyncStream below) {
    CountDownLatch ran = new CountDownLatch(1);
    below.executor().execute(ran::countDown);
    scene.await(ran, scene.rule(), "the executor runs a task while work of a handshake is held");
  }

  private static void free(Scene scene) throws Exception {
    HeldWork work = HeldWork.of(scene);
    Handshakes both = Handshakes.open(scene, work);
    Outcome<AsyncStream> server = both.start(Role.SERVER);
    Outcome<AsyncStream> client = both.start(Role.CLIENT);
    work.awaitSome();
    expectFree(scene, both.client());
    expectFree(scene, both.server());
    work.runUntil(() -> client.isDone() && server.isDone());
    both.converse(client, server);
  }

  private static void overtakenWork(Scene scene) throws Exception {
    HeldWork held = HeldWork.of(scene);
    Handshakes first = Handshakes.open(scene, held);
    Outcome<AsyncStream> firstServer = first.start(Role.SERVER);
    Outcome<AsyncStream> firstClient = first.start(Role.CLIENT);
    held.awaitSome();
    HeldWork quick = HeldWork.of(scene);
    Handshakes second = Handshakes.open(scene, quick);
    Outcome<AsyncStream> secondServer = second.start(Role.SERVER);
    Outcome<AsyncStream> secondClient = second.start(Role.CLIENT);
    quick.runUntil(() -> secondClient.isDone() && secondServer.isDone());
    second.converse(secondClient, secondServer);
    scene.check(
        !firstClient.isDone() || !firstServer.isDone(), "a handshake ended without its work");
    held.runUntil(() -> firstClient.isDone() && firstServer.isDone());
    first.converse(firstClient, firstServer);
  }

  private static void cancelDuringWork(Scene scene) throws Exception {
    HeldWork work = HeldWork.of(scene);
    Handshakes both = Handshakes.open(scene, work);
    Outcome<AsyncStream> server = both.start(Role.SERVER);
    Outcome<AsyncStream> client = both.start(Role.CLIENT);
    work.awaitSome();
    expectFree(scene, both.client());
    expectFree(scene, both.server());
    for (Outcome<AsyncStream> each : List.of(client, server)) {
      each.cancel(CancellationType.TERMINAL);
      each.ended(CANCEL);
    }
    work.runAll(); // its result is of no use to anybody
    expectFree(scene, both.client());
    expectFree(scene, both.server());
    scene.rethrow();
    both.expectClosed(Role.CLIENT);
    both.expectClosed(Role.SERVER);
  }

  private static void refusedWork(Scene scene) throws Exception {
    AtomicBoolean asked = new AtomicBoolean();
    Handshakes both =
        Handshakes.open(
            scene,
            task -> {
              asked.set(true);
              throw new RejectedExecutionException("refused by the TCK");
            });
    Outcome<AsyncStream> server = both.start(Role.SERVER);
    Outcome<AsyncStream> client = both.start(Role.CLIENT);
    scene.eventually(asked::get, () -> "the handshake hands over no work");
    for (Outcome<AsyncStream> each : List.of(client, server)) {
      each.ended();
    }
    scene.check(
        client.error() instanceof OperationException
            || server.error() instanceof OperationException,
        "work was refused, and the handshakes ended with %s and %s",
        client.error(),
        server.error());
    both.expectClosed(Role.CLIENT);
    both.expectClosed(Role.SERVER);
  }
}

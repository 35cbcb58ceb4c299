// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import io.plywire.tck.internal.lab.Untested;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Teardowns and when the peer ends: N8.7 and N8.8. */
final class Goodbyes {
  private static final Duration NOW_AND_THEN = Duration.ofMillis(20);
  private static final int TRIES = 3;

  private Goodbyes() {}

  static List<Experiment> all() {
    return List.of(
        check("N8.7", "silentPeerIsNotWaitedForForEver", Goodbyes::silent),
        check("N8.7", "peerThatDoesNotReadIsNotWaitedForForEver", Goodbyes::unread),
        check("N8.8", "clientSaysGoodbyeAfterTheServer", Goodbyes::order));
  }

  // ---- N8.7

  /** Returns how long the teardowns may take, if there is as much time. */
  private static Duration bound(Scene scene) {
    Duration bound = scene.subject().teardownBound();
    if (bound.plus(scene.patience()).compareTo(scene.environment().checkLimit()) > 0) {
      throw new Untested(
          "a teardown may take "
              + Durations.text(bound)
              + " (teardownBound), and a check no more than "
              + Durations.text(scene.environment().checkLimit()));
    }
    return bound;
  }

  /** Peers that say nothing, and peers that say a little now and then, all at the same time. */
  private static void silent(Scene scene) throws Exception {
    Duration bound = bound(scene);
    List<Side> sides = new ArrayList<>();
    List<Outcome<Void>> teardowns = new ArrayList<>();
    for (Role role : Role.values()) {
      for (boolean trickles : new boolean[] {false, true}) {
        Link link = scene.link();
        if (trickles) {
          trickle(link.client().raw());
        }
        sides.add(link.server());
        teardowns.add(
            link.server()
                .teardown(
                    role,
                    link.server()
                        .outcome(
                            "teardown as the "
                                + role
                                + ", whose peer "
                                + (trickles ? "never ends" : "is silent"))));
      }
    }
    expectEnds(scene, bound, sides, teardowns);
  }

  private static void trickle(AsyncStream stream) {
    IoHandler again =
        (error, bytes) -> {
          if (error == null) {
            stream.executor().schedule(NOW_AND_THEN, () -> trickle(stream));
          }
        };
    stream.asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(1)}, again);
  }

  /** What was accepted fills the window, and nobody will ever read it. */
  private static void unread(Scene scene) throws Exception {
    Duration bound = bound(scene);
    if (!scene.environment().isThorough()) {
      throw new Untested("only runs of full effort wait for as long as a peer may take to read");
    }
    CancellationType type = withoutHarm(scene);
    List<Side> sides = new ArrayList<>();
    List<Outcome<Void>> teardowns = new ArrayList<>();
    for (Role role : Role.values()) {
      Link link = scene.link();
      Outcome<Void> write = link.server().fill(link.client());
      write.cancel(type);
      write.ended();
      sides.add(link.server());
      teardowns.add(
          link.server()
              .teardown(
                  role,
                  link.server().outcome("teardown as the " + role + ", whose peer does not read")));
    }
    expectEnds(scene, bound, sides, teardowns);
  }

  private static CancellationType withoutHarm(Scene scene) {
    if (scene.subject().traits().contains(Trait.TOTAL_CANCELLATION)) {
      return CancellationType.TOTAL;
    }
    if (scene.subject().traits().contains(Trait.PARTIAL_CANCELLATION)) {
      return CancellationType.PARTIAL;
    }
    throw new Untested("a write that waits cannot be ended without harm to its stream");
  }

  private static void expectEnds(
      Scene scene, Duration bound, List<Side> sides, List<Outcome<Void>> teardowns) {
    scene.eventually(
        bound.plus(scene.patience()),
        () -> teardowns.stream().allMatch(Outcome::isDone),
        scene.rule(),
        () ->
            "not ended though no teardown may take longer than "
                + Durations.text(bound)
                + " (teardownBound): "
                + teardowns.stream().filter(each -> !each.isDone()).toList());
    for (Outcome<Void> teardown : teardowns) {
      @Nullable IOException error = teardown.ended().error();
      scene.check(error != null, "a %s succeeded", teardown);
    }
    for (Side side : sides) {
      scene.check(!side.raw().isOpen(), "%s is open after its teardown", side);
    }
  }

  // ---- N8.8

  private static void order(Scene scene) throws Exception {
    if (scene.subject() instanceof LayerSubject layer && layer.secured()) {
      throw new Untested("a secured layer has an end mark of its own, which need not wait");
    }
    for (int i = 0; i < TRIES; i++) {
      Link link = scene.link();
      Outcome<Void> read = link.server().read(1);
      link.server().settle();
      Outcome<Void> client = link.client().teardown(Role.CLIENT);
      link.settle();
      boolean early = read.isDone();
      Outcome<Void> server = link.server().teardown(Role.SERVER).ended();
      client.ended();
      if (!early) {
        return;
      }
      scene.check(
          client.error() != null || server.error() != null,
          "the server was told the end by a client that was to wait for the server's");
      scene.closeAll(); // the client has waited long enough (N8.7), on a machine that is busy
    }
    throw new Untested("teardowns take too long on this machine");
  }
}

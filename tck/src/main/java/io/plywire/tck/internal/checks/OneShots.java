// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.spi.Trait.LISTEN;
import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Probe;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * The handlers of connects, accepts and wraps: the rules A3 and A4 hold for them as they do for the
 * operations of streams. What every one of them has to keep is watched wherever one is used.
 */
final class OneShots {
  private static final Rule CONNECT = Rule.of("P2.1");
  private static final Rule REFUSAL = Rule.of("P2.2");
  private static final Rule CANCELLED_CONNECT = Rule.of("P2.3");
  private static final Rule CLOSED_ACCEPTOR = Rule.of("P3.1");
  private static final Rule CANCELLED_ACCEPT = Rule.of("P3.3");
  private static final Rule ACCEPT = Rule.of("P3.7");
  private static final Rule WRAP = Rule.of("S3.1");
  private static final Rule CANCELLED_WRAP = Rule.of("S3.2");
  private static final Rule FAILED_WRAP = Rule.of("S3.3");

  private OneShots() {}

  /** Returns the checks of providers. */
  static List<Experiment> ofProviders() {
    return List.of(
        check("A3.1", "connectsDoNotCompleteInsideTheCall", s -> connects(s, o -> {}), LISTEN),
        check("A3.1", "acceptsDoNotCompleteInsideTheCall", s -> accepts(s, o -> {}), LISTEN),
        check("A3.2", "immediateExecutorOfConnectsAndAccepts", OneShots::immediate, LISTEN),
        check("A4.1", "connectsRunOnTheirOwnExecutor", s -> connects(s, onOwn(s)), LISTEN),
        check("A4.1", "acceptsRunOnTheirOwnExecutor", s -> accepts(s, onOwn(s)), LISTEN));
  }

  /** Returns the checks of layers. */
  static List<Experiment> ofLayers() {
    return List.of(
        check("A3.1", "wrapsDoNotCompleteInsideTheCall", s -> wraps(s, o -> {})),
        check("A3.2", "immediateExecutorOfWraps", OneShots::wrapsImmediate),
        check("A4.1", "wrapsRunOnTheirOwnExecutor", s -> wraps(s, onOwn(s))));
  }

  /** Prepares a handler before it is used. */
  private interface Preparation extends Consumer<Outcome<AsyncStream>> {}

  private static Outcome<AsyncStream> outcome(Scene scene, String name, Preparation how) {
    Outcome<AsyncStream> outcome = Providers.of(scene).closingResult(name);
    how.accept(outcome);
    return outcome;
  }

  // ---- connecting

  /** Connects that succeed, are refused and are cancelled, each within the executor. */
  private static void connects(Scene scene, Preparation how) throws Exception {
    Providers providers = Providers.of(scene);
    StreamExecutor executor = providers.provider().executor();
    TransportOptions options = providers.subject().options().withExecutor(executor);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> accept = providers.accept(acceptor);
    scene.settle(acceptor.executor());
    Outcome<AsyncStream> success = outcome(scene, "connect", how);
    scene.run(executor, () -> providers.connect(acceptor.localEndpoint(), options, success));
    accept.ended(ACCEPT);
    success.ended(CONNECT);
    Acceptor closed = providers.listen();
    Endpoint nobody = closed.localEndpoint();
    closed.close();
    scene.settle(closed.executor());
    Outcome<AsyncStream> refused = outcome(scene, "connect to nobody", how);
    scene.run(executor, () -> providers.connect(nobody, options, refused));
    Outcome<AsyncStream> refusedOutside = outcome(scene, "connect to nobody from outside", how);
    providers.connect(nobody, providers.subject().options(), refusedOutside);
    Outcome<AsyncStream> cancelled = outcome(scene, "cancelled connect", how);
    scene.run(
        executor,
        () -> {
          providers.connect(acceptor.localEndpoint(), options, cancelled);
          cancelled.cancel(CancellationType.TERMINAL);
        });
    refused.ended(REFUSAL);
    refusedOutside.ended(REFUSAL);
    cancelled.ended(CANCELLED_CONNECT);
  }

  // ---- accepting

  /** Accepts of what waits already, of what comes, cancelled, aborted and refused ones. */
  private static void accepts(Scene scene, Preparation how) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> first = providers.connect(acceptor.localEndpoint());
    scene.settle(acceptor.executor());
    Outcome<AsyncStream> there = outcome(scene, "accept of what waits", how);
    scene.run(acceptor.executor(), () -> providers.accept(acceptor, there));
    there.ended(ACCEPT);
    first.ended(CONNECT);
    Outcome<AsyncStream> comes = outcome(scene, "accept of what comes", how);
    providers.accept(acceptor, comes);
    scene.settle(acceptor.executor());
    providers.connect(acceptor.localEndpoint()).ended(CONNECT);
    comes.ended(ACCEPT);
    Outcome<AsyncStream> cancelled = outcome(scene, "cancelled accept", how);
    scene.run(acceptor.executor(), () -> providers.accept(acceptor, cancelled));
    cancelled.cancel(CancellationType.TERMINAL);
    cancelled.ended(CANCELLED_ACCEPT);
    Outcome<AsyncStream> aborted = outcome(scene, "aborted accept", how);
    providers.accept(acceptor, aborted);
    scene.settle(acceptor.executor());
    acceptor.close();
    aborted.ended(CLOSED_ACCEPTOR);
    Outcome<AsyncStream> refused = outcome(scene, "accept on a closed acceptor", how);
    scene.run(acceptor.executor(), () -> providers.accept(acceptor, refused));
    refused.ended(CLOSED_ACCEPTOR);
  }

  // ---- where handlers run

  private static Preparation onOwn(Scene scene) {
    Probe own = Executors.own(scene);
    return outcome -> outcome.on(own);
  }

  /** Runs what comes through immediate executors on another thread, once the call has returned. */
  private static final class Collecting implements Preparation {
    private final Scene scene;
    private final Queue<Outcome<AsyncStream>> dispatches = new ConcurrentLinkedQueue<>();
    private final Probe own;

    Collecting(Scene scene) {
      this.scene = scene;
      this.own = Executors.own(scene);
    }

    @Override
    public void accept(Outcome<AsyncStream> outcome) {
      Probe immediate =
          new Probe(
              task -> {
                dispatches.add(outcome); // several have the same name
                own.execute(task);
              });
      outcome.on(own).immediate(immediate);
    }

    void expectOnce() {
      scene.check(
          dispatches.stream().distinct().count() == dispatches.size(),
          "immediate executors were asked more than once, by %s",
          dispatches);
    }
  }

  private static void immediate(Scene scene) throws Exception {
    Collecting collecting = new Collecting(scene);
    connects(scene, collecting);
    accepts(scene, collecting);
    collecting.expectOnce();
  }

  // ---- wrapping

  /** Wraps that succeed, are cancelled, and begin on a stream that is closed. */
  private static void wraps(Scene scene, Preparation how) throws Exception {
    Handshakes both = Handshakes.open(scene, null);
    Outcome<AsyncStream> client = both.outcome(Role.CLIENT);
    Outcome<AsyncStream> server = both.outcome(Role.SERVER);
    how.accept(client);
    how.accept(server);
    scene.run(both.client().executor(), () -> both.start(Role.CLIENT, client));
    scene.run(both.server().executor(), () -> both.start(Role.SERVER, server));
    client.ended(WRAP);
    server.ended(WRAP);
    Handshakes alone = Handshakes.open(scene, null);
    Outcome<AsyncStream> cancelled = alone.outcome(Role.CLIENT);
    how.accept(cancelled);
    scene.run(
        alone.client().executor(),
        () -> {
          alone.start(Role.CLIENT, cancelled);
          cancelled.cancel(CancellationType.TERMINAL);
        });
    cancelled.ended(CANCELLED_WRAP);
    Outcome<AsyncStream> closed = alone.outcome(Role.SERVER);
    how.accept(closed);
    alone.server().close();
    scene.run(alone.server().executor(), () -> alone.start(Role.SERVER, closed));
    closed.ended(FAILED_WRAP);
  }

  private static void wrapsImmediate(Scene scene) throws Exception {
    Collecting collecting = new Collecting(scene);
    wraps(scene, collecting);
    collecting.expectOnce();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.Rule;
import io.plywire.tck.StreamPair;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Lender;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Meddler;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a layer leaves behind where it came to nothing, and what it gives back: N12 and S1.4. */
final class FailedWraps {
  private static final Rule THREADS = Rule.of("N12.1");
  private static final Rule DESCRIPTORS = Rule.of("N12.2");
  private static final Rule CANCEL = Rule.of("S3.2");
  private static final Rule CLOSE = Rule.of("N7.1");
  private static final Rule FAILURE = Rule.of("S3.3");
  private static final int PAIRS = 10;
  private static final int STILL_IN_MIND = 4;

  private FailedWraps() {}

  static List<Experiment> all() {
    return List.of(
        check("N12.2", "nothingRemainsAfterFailedWraps", FailedWraps::count),
        check("N12.3", "failedWrapsAreGarbage", FailedWraps::garbage),
        check("S1.4", "failedWrapsGiveBackWhatTheyBorrowed", FailedWraps::lent),
        check("S1.4", "closedLayersGiveBackWhatTheyBorrowed", FailedWraps::lentToLayers));
  }

  /** Why a wrap fails. */
  private enum Failure {
    /** It is cancelled while the peer says nothing. */
    CANCELLED,
    /** What the peer says is not what it has said. */
    CHANGED,
    /** The peer ends before it has said anything. */
    ENDED,
    /** The stream below is closed. */
    CLOSED;

    /** Prepares the client's stream below. */
    void prepare(Meddler below) {
      if (this == CHANGED) {
        below.changeAfter(0);
      } else if (this == ENDED) {
        below.endAfter(0);
      }
    }

    /** Brings the failure about, where it does not come by itself. */
    void come(AsyncStream below, Runnable cancel) {
      if (this == CANCELLED) {
        cancel.run();
      } else if (this == CLOSED) {
        below.close();
      }
    }

    /** Returns whether the other side is there, too. */
    boolean hasPeer() {
      return this == CHANGED || this == ENDED;
    }
  }

  /** One side fails, and the other one is told so by what is below, sooner or later. */
  private static void fail(Scene scene, Failure failure, UnaryOperator<AsyncStream> below)
      throws Exception {
    Handshakes both = Handshakes.open(scene, null, below);
    failure.prepare(both.client());
    Outcome<AsyncStream> server = failure.hasPeer() ? both.start(Role.SERVER) : null;
    Outcome<AsyncStream> client = both.start(Role.CLIENT);
    failure.come(both.client(), () -> client.cancel(CancellationType.TERMINAL));
    if (failure == Failure.CHANGED) { // after which the layer may wait for more
      expectHeard(scene, both.client(), client::isDone);
      both.client().close();
    }
    client.ended(failure == Failure.CANCELLED ? CANCEL : FAILURE);
    (server == null ? both.start(Role.SERVER) : server).ended(FAILURE);
    scene.closeAll();
  }

  /** Waits until a side has heard something of the other one, and has done something about it. */
  private static void expectHeard(Scene scene, Meddler below, BooleanSupplier done) {
    scene.eventually(
        () -> done.getAsBoolean() || below.read() > 0,
        FAILURE,
        () -> "neither side of a wrap says anything");
    scene.settle(below.executor());
  }

  private static void count(Scene scene) throws Exception {
    for (Failure failure : Failure.values()) {
      new Remains(scene, "wraps that failed (" + failure + ")", THREADS, DESCRIPTORS)
          .expectNothing(() -> fail(scene, failure, below -> below));
    }
  }

  // ---- N12.3

  private static void garbage(Scene scene) throws Exception {
    for (Failure failure : Failure.values()) {
      List<WeakReference<Object>> used = new ArrayList<>();
      for (int i = 0; i < PAIRS; i++) {
        use(scene, failure, used);
      }
      Garbage.expect(
          scene, used, STILL_IN_MIND, "streams and handlers of failed wraps (" + failure + ")");
    }
  }

  /** A handler that holds nothing but what tells that it ran. */
  private static final class Told implements Handler<AsyncStream> {
    private final CountDownLatch told;
    private final CancellationSignal signal = new CancellationSignal();

    Told(CountDownLatch told) {
      this.told = told;
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return signal.slot();
    }

    @Override
    public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
      if (stream != null) {
        stream.close();
      }
      told.countDown();
    }
  }

  /** Nobody watches, since whoever did would keep everything. */
  private static void use(Scene scene, Failure failure, List<WeakReference<Object>> used)
      throws Exception {
    LayerSubject subject = (LayerSubject) scene.subject();
    LayerSubject.Wrapping wrapping = subject.wrapping(null);
    if (wrapping == null) {
      throw Handshakes.notWrapping(null);
    }
    StreamPair base = subject.openBelow();
    Meddler below = new Meddler(base.client());
    failure.prepare(below);
    CountDownLatch both = new CountDownLatch(2);
    Told client = new Told(both);
    Told server = new Told(both);
    if (failure.hasPeer()) {
      wrapping.start(base.server(), Role.SERVER, server);
    }
    wrapping.start(below, Role.CLIENT, client);
    failure.come(below, () -> client.signal.emit(CancellationType.TERMINAL));
    if (failure == Failure.CHANGED) {
      expectHeard(scene, below, () -> both.getCount() < 2);
      below.close();
    }
    if (!failure.hasPeer()) {
      wrapping.start(base.server(), Role.SERVER, server);
    }
    scene.await(both, FAILURE, "both sides of a wrap that failed have been told");
    base.server().close();
    for (Object each : List.of(below, client, base.server(), server)) {
      used.add(new WeakReference<>(each));
    }
  }

  // ---- S1.4

  private static void lent(Scene scene) throws Exception {
    for (Failure failure : Failure.values()) {
      List<Lender> lenders = new ArrayList<>();
      fail(scene, failure, below -> lending(below, lenders));
      expectGivenBack(scene, lenders, "a wrap that failed (" + failure + ")");
    }
  }

  private static AsyncStream lending(AsyncStream below, List<Lender> lenders) {
    Lender lender = new Lender(below);
    lenders.add(lender);
    return lender;
  }

  private static void lentToLayers(Scene scene) throws Exception {
    Rule ends = Rule.of(((LayerSubject) scene.subject()).secured() ? "S2.4" : "N8.3");
    for (boolean tornDown : new boolean[] {true, false}) {
      List<Lender> lenders = new ArrayList<>();
      Layers layers = Layers.open(scene, below -> lending(below, lenders));
      Link link = layers.link();
      link.converse();
      if (tornDown) {
        Outcome<Void> server = link.server().teardown(Role.SERVER);
        link.client().teardown(Role.CLIENT).ended(ends);
        server.ended(ends);
      } else {
        Outcome<Void> write = link.client().fill(link.server());
        Outcome<Void> read = link.client().read(10);
        link.settle();
        link.client().close();
        link.server().close();
        write.ended(CLOSE);
        read.ended(CLOSE);
      }
      expectGivenBack(scene, lenders, "a layer that was " + (tornDown ? "torn down" : "closed"));
      scene.closeAll();
    }
  }

  private static void expectGivenBack(Scene scene, List<Lender> lenders, String who) {
    scene.eventually(
        () -> lenders.stream().allMatch(lender -> lender.lent() == 0),
        () ->
            who
                + " has not given back "
                + lenders.stream().mapToInt(Lender::lent).sum()
                + " buffers of the executor's pool");
  }
}

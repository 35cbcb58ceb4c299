// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.spi.Trait.LISTEN;
import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamError;
import io.plywire.tck.TransportSubject;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Untested;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Attempts to connect that get nowhere, how they end and what they leave: P2. */
final class Silence {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration VERY_SHORT = Duration.ofMillis(1);
  private static final int SETTLINGS = 3;

  private Silence() {}

  static List<Experiment> all() {
    return List.of(
        check("P2.3", "cancelWhileTheNetworkIsSilent", Silence::cancelled),
        check("P2.7", "timeoutWhileTheNetworkIsSilent", Silence::timedOut),
        check("P2.7", "timeoutOfZeroIsNoLimit", Silence::noLimit, LISTEN),
        check("P2.7", "timeoutEndsWithTheAttempt", Silence::inTime, LISTEN),
        check("P2.2", "refusedAttemptsLeaveNothing", Silence::refusedLeavesNothing, LISTEN),
        check("P2.3", "cancelledAttemptsLeaveNothing", Silence::cancelledLeavesNothing),
        check("P2.7", "attemptsThatTakeTooLongLeaveNothing", Silence::timedOutLeavesNothing));
  }

  /** Returns an address that is silent as long as the scene lasts. */
  private static Endpoint silent(Scene scene) throws Exception {
    TransportSubject.SilentPeer silent = silentPeer(scene);
    if (silent == null) {
      throw new Untested("the subject gives no address that is silent (openSilentPeer)");
    }
    return scene.closing(silent).endpoint();
  }

  /** An attempt that ends by itself shows that the address is not silent on this system. */
  private static void expectPending(Scene scene, Outcome<AsyncStream> connect) {
    for (int i = 0; i < SETTLINGS; i++) {
      scene.settle(Providers.of(scene).provider().executor());
    }
    if (connect.isDone()) {
      throw notSilent();
    }
  }

  private static Untested notSilent() {
    return new Untested("no address is silent here: a connect to it ends by itself");
  }

  private static void cancelled(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Endpoint silent = silent(scene);
    for (CancellationType type : CancellationType.values()) {
      Outcome<AsyncStream> connect = providers.connect(silent);
      expectPending(scene, connect);
      connect.cancel(type);
      connect.failure(StreamError.ABORTED);
    }
  }

  private static void timedOut(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Endpoint silent = silent(scene);
    Outcome<AsyncStream> connect =
        providers.connect(silent, providers.subject().options().withConnectTimeout(SHORT)).ended();
    if (connect.error() == null
        || (connect.error() instanceof OperationException known
            && known.condition() == ErrorCondition.CONNECT_FAILED)) {
      throw notSilent();
    }
    scene.check(
        connect.error() instanceof OperationException known
            && known.condition() == ErrorCondition.TIMEOUT,
        "an attempt that may take 50 ms ended with %s",
        connect.error());
  }

  private static void noLimit(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> connect =
        providers.connect(
            acceptor.localEndpoint(),
            providers.subject().options().withConnectTimeout(Duration.ZERO));
    scene.settle(providers.provider().executor());
    AsyncStream server = providers.accept(acceptor).value();
    providers.converse(connect.value(), server);
  }

  /** Lets the time run out after the connection has been opened; nothing may come of it. */
  private static void inTime(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    for (Duration limit : List.of(SHORT.multipliedBy(4), scene.patience().dividedBy(5))) {
      Acceptor acceptor = providers.listen();
      Outcome<AsyncStream> accept = providers.accept(acceptor);
      Outcome<AsyncStream> connect =
          providers
              .connect(
                  acceptor.localEndpoint(), providers.subject().options().withConnectTimeout(limit))
              .ended();
      if (connect.error() instanceof OperationException known
          && known.condition() == ErrorCondition.TIMEOUT) {
        continue; // the machine is busy
      }
      AsyncStream client = connect.value();
      CountDownLatch over = new CountDownLatch(1);
      client.executor().schedule(limit.plus(SHORT), over::countDown);
      scene.await(over, scene.rule(), "a timer of " + limit.plus(SHORT).toMillis() + " ms has run");
      scene.check(client.isOpen(), "the stream was closed when the time to connect was over");
      providers.converse(client, accept.value());
      return;
    }
    throw new Untested("no connection is opened in time on this machine");
  }

  // ---- what remains

  private static void refusedLeavesNothing(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Endpoint nobody = acceptor.localEndpoint();
    acceptor.close();
    scene.settle(acceptor.executor());
    new Remains(scene, "refused attempts", scene.rule(), scene.rule())
        .expectNothing(
            () -> {
              providers.connect(nobody).ended();
              scene.closeAll(); // somebody else may have taken the port
            });
  }

  private static void cancelledLeavesNothing(Scene scene) throws Exception {
    leaveNothing(
        scene,
        "cancelled attempts",
        silent -> {
          Outcome<AsyncStream> connect = Providers.of(scene).connect(silent);
          connect.cancel(CancellationType.TERMINAL);
          connect.ended();
        });
  }

  private static void timedOutLeavesNothing(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    TransportOptions options = providers.subject().options().withConnectTimeout(VERY_SHORT);
    leaveNothing(
        scene, "attempts without time", silent -> providers.connect(silent, options).ended());
  }

  /** The peer is silent for all of them, and is not one of the things that are counted. */
  private static void leaveNothing(Scene scene, String what, Consumer<Endpoint> attempt)
      throws Exception {
    TransportSubject.SilentPeer silent = silentPeer(scene);
    if (silent == null) {
      throw new Untested("the subject gives no address that is silent (openSilentPeer)");
    }
    try (silent) {
      new Remains(scene, what, scene.rule(), scene.rule())
          .expectNothing(
              () -> {
                attempt.accept(silent.endpoint());
                scene.closeAll();
              });
    }
  }

  private static TransportSubject.@Nullable SilentPeer silentPeer(Scene scene) throws Exception {
    return scene
        .opening(() -> Optional.ofNullable(Providers.of(scene).subject().openSilentPeer()))
        .orElse(null);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.spi.Trait.LISTEN;
import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.transport.Endpoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Accepting connections: P3. */
final class Listening {
  private static final int BURST = 20;

  private Listening() {}

  static List<Experiment> all() {
    return List.of(
        check("P3.1", "closeEndsAcceptsAndLeavesConnections", Listening::close, LISTEN),
        check("P3.2", "secondAcceptThrows", Listening::secondAccept, LISTEN),
        check("P3.3", "cancelledAcceptLosesNoConnection", Listening::cancelled, LISTEN),
        check("P3.3", "cancelRacesWithAConnection", Listening::cancelRace, LISTEN),
        check("P3.4", "addressInUse", Listening::inUse, LISTEN),
        check("P3.4", "addressIsFreeThoughConnectionsLive", Listening::freeAgain, LISTEN),
        check("P3.5", "localEndpointCanBeConnectedTo", Listening::localEndpoint, LISTEN),
        check("P3.6", "closeRacesWithAConnection", Listening::closeRace, LISTEN),
        check("P3.6", "closeOvertakesAConnection", Listening::closeOvertakes, LISTEN),
        check("P3.7", "burstIsAcceptedInFullNumber", Listening::burst, LISTEN),
        check("P3.8", "handlersOfAcceptsRunWhereTheStreamLives", Listening::affinity, LISTEN),
        check("P3.9", "chosenExecutorIsThatOfAcceptedStreams", Listening::chosenExecutor, LISTEN));
  }

  private static void close(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> first = providers.accept(acceptor);
    AsyncStream client = providers.connect(acceptor.localEndpoint()).value();
    AsyncStream server = first.value();
    Outcome<AsyncStream> pending = providers.accept(acceptor);
    scene.check(acceptor.isOpen(), "an acceptor that accepts says that it is closed");
    acceptor.close();
    scene.check(!acceptor.isOpen(), "a closed acceptor says that it is open");
    pending.failure(StreamError.ABORTED);
    acceptor.close();
    providers.accept(acceptor).failure(StreamError.CLOSED);
    providers.converse(client, server);
  }

  private static void secondAccept(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> first = providers.accept(acceptor);
    try {
      acceptor.asyncAccept(scene.<AsyncStream>outcome("second accept"));
    } catch (ReadPendingException expected) {
      AsyncStream client = providers.connect(acceptor.localEndpoint()).value();
      providers.converse(client, first.value());
      return;
    }
    throw scene.violation(scene.rule(), "a second accept was not refused");
  }

  private static void cancelled(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    for (CancellationType type : CancellationType.values()) {
      Outcome<AsyncStream> accept = providers.accept(acceptor);
      scene.settle(acceptor.executor());
      accept.cancel(type);
      accept.failure(StreamError.ABORTED);
      Outcome<AsyncStream> next = providers.accept(acceptor);
      AsyncStream client = providers.connect(acceptor.localEndpoint()).value();
      providers.converse(client, next.value());
      Outcome<AsyncStream> last = providers.accept(acceptor);
      scene.settle(acceptor.executor());
      last.cancel(type);
      last.failure(StreamError.ABORTED);
      Outcome<AsyncStream> comes = providers.connect(acceptor.localEndpoint()); // nobody accepts
      scene.settle(acceptor.executor());
      AsyncStream server = providers.accept(acceptor).value();
      providers.converse(comes.value(), server);
    }
  }

  private static void cancelRace(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    for (int i = 0; i < scene.environment().rounds() / 8; i++) {
      Acceptor acceptor = providers.listen();
      Outcome<AsyncStream> accept = providers.accept(acceptor);
      Outcome<AsyncStream> connect = providers.closingResult("connect");
      scene
          .racers()
          .race(
              () -> accept.cancel(CancellationType.TOTAL),
              () ->
                  providers.connect(
                      acceptor.localEndpoint(), providers.subject().options(), connect));
      if (accept.ended().error() != null) {
        accept.failure(StreamError.ABORTED);
        providers.accept(acceptor).value(); // the same connection, which was not lost
      }
      connect.value();
      scene.closeAll();
    }
  }

  private static void inUse(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    try {
      scene.closing(
          providers.provider().listen(acceptor.localEndpoint(), providers.subject().options()));
      throw scene.violation(scene.rule(), "two acceptors have " + acceptor.localEndpoint());
    } catch (IOException e) {
      scene.check(
          e instanceof StreamException known && known.error() == StreamError.ADDRESS_IN_USE,
          "an address in use is told as %s",
          e);
    }
    acceptor.close();
    scene.settle(acceptor.executor());
    Acceptor again = scene.closing(listenAgain(providers, acceptor.localEndpoint()));
    Outcome<AsyncStream> accept = providers.accept(again);
    providers.converse(providers.connect(again.localEndpoint()).value(), accept.value());
  }

  /** One connection lives on, another one has just been ended by the side that accepted it. */
  private static void freeAgain(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> first = providers.accept(acceptor);
    AsyncStream client = providers.connect(acceptor.localEndpoint()).value();
    AsyncStream server = first.value();
    Outcome<AsyncStream> second = providers.accept(acceptor);
    providers.connect(acceptor.localEndpoint()).value();
    second.value().close();
    acceptor.close();
    scene.settle(acceptor.executor());
    Acceptor again = scene.closing(listenAgain(providers, acceptor.localEndpoint()));
    Outcome<AsyncStream> accept = providers.accept(again);
    providers.converse(providers.connect(again.localEndpoint()).value(), accept.value());
    providers.converse(client, server);
  }

  /** Listens where somebody did until a moment ago, for which it may take another moment. */
  private static Acceptor listenAgain(Providers providers, Endpoint endpoint) throws Exception {
    AtomicReference<@Nullable Acceptor> again = new AtomicReference<>();
    AtomicReference<@Nullable IOException> refusal = new AtomicReference<>();
    Scene scene = providers.scene();
    scene.eventually(
        () -> {
          try {
            again.set(providers.provider().listen(endpoint, providers.subject().options()));
            return true;
          } catch (IOException e) {
            refusal.set(e);
            return !(e instanceof StreamException known
                && known.error() == StreamError.ADDRESS_IN_USE);
          }
        },
        () -> "the address of an acceptor that was closed is still in use: " + refusal.get());
    Acceptor acceptor = again.get();
    if (acceptor == null) {
      throw scene.violation(scene.rule(), "listening again failed", refusal.get());
    }
    return acceptor;
  }

  private static void localEndpoint(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Endpoint before = acceptor.localEndpoint();
    for (int i = 0; i < 2; i++) {
      Outcome<AsyncStream> accept = providers.accept(acceptor);
      providers.converse(providers.connect(before).value(), accept.value());
      scene.check(
          acceptor.localEndpoint().equals(before),
          "the endpoint was %s, and after a connection it is %s",
          before,
          acceptor.localEndpoint());
    }
  }

  private static void closeOvertakes(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> accept = providers.accept(acceptor);
    Outcome<AsyncStream> connect = providers.closingResult("connect");
    scene.settle(acceptor.executor());
    scene.whileBusy(
        acceptor.executor(),
        () -> {
          providers.connect(acceptor.localEndpoint(), providers.subject().options(), connect);
          acceptor.close();
        });
    accept.ended();
    connect.ended();
    scene.settle(acceptor.executor());
  }

  private static void closeRace(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    for (int i = 0; i < scene.environment().rounds() / 4; i++) {
      Acceptor acceptor = providers.listen();
      Outcome<AsyncStream> accept = providers.accept(acceptor);
      Outcome<AsyncStream> connect = providers.closingResult("connect");
      scene
          .racers()
          .race(
              acceptor::close,
              () ->
                  providers.connect(
                      acceptor.localEndpoint(), providers.subject().options(), connect));
      accept.ended();
      connect.ended();
      scene.settle(acceptor.executor());
      scene.closeAll();
    }
  }

  private static void burst(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    List<Outcome<AsyncStream>> connects = new ArrayList<>();
    for (int i = 0; i < BURST; i++) {
      connects.add(providers.connect(acceptor.localEndpoint()));
    }
    List<AsyncStream> accepted = new ArrayList<>();
    for (int i = 0; i < BURST; i++) {
      accepted.add(providers.accept(acceptor).value());
    }
    for (Outcome<AsyncStream> connect : connects) {
      connect.value();
    }
    scene.check(accepted.stream().distinct().count() == BURST, "a connection was accepted twice");
    Outcome<AsyncStream> surplus = providers.accept(acceptor);
    scene.settle(acceptor.executor());
    scene.check(!surplus.isDone(), "more connections were accepted than opened");
  }

  /** Where each accept completes is watched; here streams come to live on many executors. */
  private static void affinity(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    for (int i = 0; i < BURST; i++) {
      Outcome<AsyncStream> accept = i % 2 == 0 ? null : providers.accept(acceptor);
      Outcome<AsyncStream> connect = providers.connect(acceptor.localEndpoint());
      scene.settle(acceptor.executor());
      (accept != null ? accept : providers.accept(acceptor)).value();
      connect.value();
    }
    Outcome<AsyncStream> aborted = providers.accept(acceptor);
    acceptor.close();
    aborted.ended();
    providers.accept(acceptor).ended();
  }

  @SuppressWarnings("ReferenceEquality") // the very same executor
  private static void chosenExecutor(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    StreamExecutor chosen = providers.provider().executor();
    Acceptor acceptor = providers.listen(providers.subject().options().withExecutor(chosen));
    for (int i = 0; i < 3; i++) {
      Outcome<AsyncStream> accept = providers.accept(acceptor);
      providers.connect(acceptor.localEndpoint()).value();
      AsyncStream server = accept.value();
      scene.check(
          server.executor() == chosen,
          "the acceptor was given %s, and an accepted stream lives on %s",
          chosen,
          server.executor());
    }
  }
}

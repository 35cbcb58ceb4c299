// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.spi.Trait.LISTEN;
import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.transport.Endpoint;
import io.plywire.spi.Listener;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

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
        check("P3.5", "localEndpointCanBeConnectedTo", Listening::localEndpoint, LISTEN),
        check("P3.6", "closeRacesWithAConnection", Listening::closeRace, LISTEN),
        check("P3.6", "closeOvertakesAConnection", Listening::closeOvertakes, LISTEN),
        check("P3.7", "burstIsAcceptedInFullNumber", Listening::burst, LISTEN));
  }

  private static void close(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Listener listener = providers.listen();
    Outcome<AsyncStream> first = providers.accept(listener);
    AsyncStream client = providers.connect(listener.localEndpoint()).value();
    AsyncStream server = first.value();
    Outcome<AsyncStream> pending = providers.accept(listener);
    scene.check(listener.isOpen(), "a listener that accepts says that it is closed");
    listener.close();
    scene.check(!listener.isOpen(), "a closed listener says that it is open");
    pending.failure(StreamError.ABORTED);
    listener.close();
    providers.accept(listener).failure(StreamError.CLOSED);
    providers.converse(client, server);
  }

  private static void secondAccept(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Listener listener = providers.listen();
    Outcome<AsyncStream> first = providers.accept(listener);
    try {
      listener.asyncAccept(scene.<AsyncStream>outcome("second accept"));
    } catch (ReadPendingException expected) {
      AsyncStream client = providers.connect(listener.localEndpoint()).value();
      providers.converse(client, first.value());
      return;
    }
    throw scene.violation(scene.rule(), "a second accept was not refused");
  }

  private static void cancelled(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Listener listener = providers.listen();
    for (CancellationType type : CancellationType.values()) {
      Outcome<AsyncStream> accept = providers.accept(listener);
      scene.settle(listener.executor());
      accept.cancel(type);
      accept.failure(StreamError.ABORTED);
      Outcome<AsyncStream> next = providers.accept(listener);
      AsyncStream client = providers.connect(listener.localEndpoint()).value();
      providers.converse(client, next.value());
    }
  }

  private static void cancelRace(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    for (int i = 0; i < scene.environment().rounds() / 8; i++) {
      Listener listener = providers.listen();
      Outcome<AsyncStream> accept = providers.accept(listener);
      Outcome<AsyncStream> connect = providers.closingResult("connect");
      scene
          .racers()
          .race(
              () -> accept.cancel(CancellationType.TOTAL),
              () ->
                  providers
                      .provider()
                      .asyncConnect(
                          listener.localEndpoint(), providers.subject().options(), connect));
      if (accept.ended().error() != null) {
        accept.failure(StreamError.ABORTED);
        providers.accept(listener).value(); // the same connection, which was not lost
      }
      connect.value();
      scene.closeAll();
    }
  }

  private static void inUse(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Listener listener = providers.listen();
    try {
      scene.closing(
          providers.provider().listen(listener.localEndpoint(), providers.subject().options()));
      throw scene.violation(scene.rule(), "two listeners have " + listener.localEndpoint());
    } catch (IOException e) {
      scene.check(
          e instanceof StreamException known && known.error() == StreamError.ADDRESS_IN_USE,
          "an address in use is told as %s",
          e);
    }
    listener.close();
    scene.settle(listener.executor());
    Listener again =
        scene.closing(
            providers.provider().listen(listener.localEndpoint(), providers.subject().options()));
    Outcome<AsyncStream> accept = providers.accept(again);
    providers.converse(providers.connect(again.localEndpoint()).value(), accept.value());
  }

  private static void localEndpoint(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Listener listener = providers.listen();
    Endpoint before = listener.localEndpoint();
    for (int i = 0; i < 2; i++) {
      Outcome<AsyncStream> accept = providers.accept(listener);
      providers.converse(providers.connect(before).value(), accept.value());
      scene.check(
          listener.localEndpoint().equals(before),
          "the endpoint was %s, and after a connection it is %s",
          before,
          listener.localEndpoint());
    }
  }

  private static void closeOvertakes(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Listener listener = providers.listen();
    Outcome<AsyncStream> accept = providers.accept(listener);
    Outcome<AsyncStream> connect = providers.closingResult("connect");
    scene.settle(listener.executor());
    scene.whileBusy(
        listener.executor(),
        () -> {
          providers
              .provider()
              .asyncConnect(listener.localEndpoint(), providers.subject().options(), connect);
          listener.close();
        });
    accept.ended();
    connect.ended();
    scene.settle(listener.executor());
  }

  private static void closeRace(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    for (int i = 0; i < scene.environment().rounds() / 4; i++) {
      Listener listener = providers.listen();
      Outcome<AsyncStream> accept = providers.accept(listener);
      Outcome<AsyncStream> connect = providers.closingResult("connect");
      scene
          .racers()
          .race(
              listener::close,
              () ->
                  providers
                      .provider()
                      .asyncConnect(
                          listener.localEndpoint(), providers.subject().options(), connect));
      accept.ended();
      connect.ended();
      scene.settle(listener.executor());
      scene.closeAll();
    }
  }

  private static void burst(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Listener listener = providers.listen();
    List<Outcome<AsyncStream>> connects = new ArrayList<>();
    for (int i = 0; i < BURST; i++) {
      connects.add(providers.connect(listener.localEndpoint()));
    }
    List<AsyncStream> accepted = new ArrayList<>();
    for (int i = 0; i < BURST; i++) {
      accepted.add(providers.accept(listener).value());
    }
    for (Outcome<AsyncStream> connect : connects) {
      connect.value();
    }
    scene.check(accepted.stream().distinct().count() == BURST, "a connection was accepted twice");
    Outcome<AsyncStream> surplus = providers.accept(listener);
    scene.settle(listener.executor());
    scene.check(!surplus.isDone(), "more connections were accepted than opened");
  }
}

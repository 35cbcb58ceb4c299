// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Acceptor;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Untested;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.net.InetAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Opening connections: P2. */
final class Connecting {
  private static final int TRIES = 3;

  private Connecting() {}

  static List<Experiment> all() {
    return List.of(
        check("P2.1", "connectionWorksAndItsHandlerRunsWhereItLives", Connecting::connects),
        check("P2.2", "connectToNobodyFails", Connecting::refused, Trait.LISTEN),
        check("P2.2", "connectToNowhereFails", Connecting::nowhere),
        check("P2.3", "cancelAtOnce", s -> cancelled(s, 0), Trait.LISTEN),
        check("P2.3", "cancelLater", s -> cancelled(s, 3), Trait.LISTEN),
        check("P2.3", "cancelRacesWithTheConnection", Connecting::cancelRace, Trait.LISTEN),
        check("P2.4", "foreignEndpointThrows", Connecting::foreignEndpoint),
        check("P2.4", "unknownOptionThrows", Connecting::unknownOption),
        check("P2.5", "chosenExecutorIsUsed", Connecting::chosenExecutor, Trait.LISTEN),
        check("P2.6", "connectOnAThreadOfTheCommonPool", Connecting::onCommonPool, Trait.LISTEN),
        check(
            "P2.8",
            "addressInPlaceOfTheName",
            Connecting::byAddress,
            Trait.ADDRESSES,
            Trait.LISTEN),
        check("P2.8", "misuseIsFoundBefore", Connecting::checked, Trait.ADDRESSES));
  }

  private static void connects(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> accept = providers.accept(acceptor);
    Outcome<AsyncStream> connect = scene.outcome("connect");
    AtomicReference<Boolean> onExecutor = new AtomicReference<>(false);
    connect.then(() -> onExecutor.set(connect.streamIsCurrent()));
    providers.connect(acceptor.localEndpoint(), providers.subject().options(), connect);
    AsyncStream client = connect.value();
    AsyncStream server = accept.value();
    scene.check(onExecutor.get(), "the handler ran outside of the new stream's executor");
    providers.converse(client, server);
  }

  private static void mustFail(
      Scene scene, Outcome<AsyncStream> connect, ErrorCondition... allowed) {
    var error = connect.ended().error();
    scene.check(
        error instanceof OperationException known && List.of(allowed).contains(known.condition()),
        "an attempt that gets nowhere ended with %s instead of %s",
        error,
        List.of(allowed));
  }

  private static void refused(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    List<Endpoint> closed = new ArrayList<>();
    for (int i = 0; i < TRIES; i++) { // somebody else may take one of the ports
      Acceptor acceptor = providers.listen();
      closed.add(acceptor.localEndpoint());
      acceptor.close();
      scene.settle(acceptor.executor());
    }
    AtomicReference<@Nullable Outcome<AsyncStream>> refusal = new AtomicReference<>();
    // A listener may give its address back a moment after it was closed (P3.4).
    scene.eventually(
        () -> closed.stream().anyMatch(endpoint -> isRefused(providers, endpoint, refusal)),
        () -> "acceptors that were closed can still be connected to: " + closed);
    mustFail(scene, Objects.requireNonNull(refusal.get()), ErrorCondition.CONNECT_FAILED);
  }

  private static boolean isRefused(
      Providers providers,
      Endpoint endpoint,
      AtomicReference<@Nullable Outcome<AsyncStream>> refusal) {
    Outcome<AsyncStream> connect = providers.connect(endpoint).ended();
    if (connect.error() == null) {
      connect.closeResult();
      return false;
    }
    refusal.set(connect);
    return true;
  }

  private static void nowhere(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Endpoint usual = providers.subject().freshEndpoint();
    Endpoint nowhere =
        switch (usual.transport()) {
          case "ws" -> Endpoint.parse("ws://no-such-host.invalid:9/");
          case "ws+unix" ->
              new Endpoint("ws+unix", false, usual.address() + "/no/such/folder", -1, "/");
          default -> usual;
        };
    TransportOptions options =
        providers.subject().options().withConnectTimeout(Duration.ofSeconds(1));
    mustFail(
        scene,
        providers.connect(nowhere, options),
        ErrorCondition.CONNECT_FAILED,
        ErrorCondition.TIMEOUT);
  }

  private static void cancelled(Scene scene, int settlings) throws Exception {
    Providers providers = Providers.of(scene);
    for (CancellationType type : CancellationType.values()) {
      Acceptor acceptor = providers.listen();
      Outcome<AsyncStream> connect = providers.connect(acceptor.localEndpoint());
      for (int i = 0; i < settlings; i++) {
        scene.settle(acceptor.executor());
      }
      connect.cancel(type);
      if (connect.ended().error() != null) {
        connect.failure(StreamError.ABORTED);
      }
    }
  }

  private static void cancelRace(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    for (int i = 0; i < scene.environment().rounds() / 4; i++) {
      Acceptor acceptor = providers.listen();
      Outcome<AsyncStream> connect = providers.connect(acceptor.localEndpoint());
      scene
          .racers()
          .race(() -> connect.cancel(CancellationType.TERMINAL), () -> providers.accept(acceptor));
      if (connect.ended().error() != null) {
        connect.failure(StreamError.ABORTED);
      }
      acceptor.close();
      scene.settle(acceptor.executor());
      scene.closeAll();
    }
  }

  private static void mustThrow(Scene scene, String what, AutoCloseable call) throws Exception {
    try {
      call.close();
    } catch (IllegalArgumentException expected) {
      return;
    }
    throw scene.violation(scene.rule(), what + " was not refused with an IllegalArgumentException");
  }

  private static void foreignEndpoint(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Endpoint foreign = Endpoint.parse("ws+tck-foreign://somewhere/");
    TransportOptions options = providers.subject().options();
    mustThrow(scene, "connecting to " + foreign, () -> providers.connect(foreign, options));
    if (providers.provider().traits().contains(Trait.LISTEN)) {
      mustThrow(
          scene, "listening on " + foreign, () -> providers.provider().listen(foreign, options));
    }
  }

  private record Unknown(String name, Class<String> type) implements SocketOption<String> {}

  private static void unknownOption(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    TransportOptions options =
        providers.subject().options().with(new Unknown("TCK_UNKNOWN", String.class), "x");
    Endpoint endpoint = providers.subject().freshEndpoint();
    mustThrow(scene, "an unknown option", () -> providers.connect(endpoint, options));
    if (providers.provider().traits().contains(Trait.LISTEN)) {
      mustThrow(
          scene,
          "an unknown option of an acceptor",
          () -> providers.provider().listen(endpoint, options));
    }
  }

  private static void byAddress(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Endpoint named = acceptor.localEndpoint();
    if (named.port() < 0) {
      throw new Untested("endpoints of this scheme have no hosts");
    }
    Outcome<AsyncStream> accept = providers.accept(acceptor);
    for (InetAddress address : InetAddress.getAllByName(named.address())) {
      Outcome<AsyncStream> connect = scene.outcome("connect");
      Endpoint remote = named.withAddress(address.getHostAddress());
      providers.connect(remote, providers.subject().options(), connect);
      if (connect.ended().error() == null) {
        providers.converse(connect.value(), accept.value());
        return;
      }
    }
    scene.check(false, "no address of %s leads to who listens there", named.address());
  }

  private static void checked(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Endpoint endpoint = providers.subject().freshEndpoint();
    TransportOptions options = providers.subject().options();
    TransportOptions unknown = options.with(new Unknown("TCK_UNKNOWN", String.class), "x");
    Endpoint foreign = Endpoint.parse("ws+tck-foreign://somewhere/");
    providers.provider().checkConnect(endpoint, options);
    mustThrow(
        scene,
        "checking a connect to " + foreign,
        () -> providers.provider().checkConnect(foreign, options));
    mustThrow(
        scene,
        "checking a connect with an unknown option",
        () -> providers.provider().checkConnect(endpoint, unknown));
  }

  @SuppressWarnings("ReferenceEquality") // the very same executor
  private static void chosenExecutor(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    providers.accept(acceptor);
    AsyncStream first = providers.connect(acceptor.localEndpoint()).value();
    StreamExecutor chosen = first.executor();
    Outcome<AsyncStream> accept = null;
    for (int i = 0; i < 3; i++) {
      Acceptor next = providers.listen();
      accept = providers.accept(next);
      AsyncStream second =
          providers
              .connect(next.localEndpoint(), providers.subject().options().withExecutor(chosen))
              .value();
      scene.check(second.executor() == chosen, "asked for %s, got %s", chosen, second.executor());
      accept.value();
    }
  }

  private static void onCommonPool(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> accept = providers.accept(acceptor);
    Supplier<Outcome<AsyncStream>> call = () -> providers.connect(acceptor.localEndpoint());
    CompletableFuture<Outcome<AsyncStream>> called =
        CompletableFuture.supplyAsync(() -> Providing.withoutContextLoader(call));
    try {
      Outcome<AsyncStream> connect =
          called.get(scene.environment().patience().toNanos(), TimeUnit.NANOSECONDS);
      providers.converse(connect.value(), accept.value());
    } catch (ExecutionException e) {
      throw scene.violation(
          scene.rule(),
          "asyncConnect threw on a thread of the common pool that has no context class loader",
          e.getCause());
    }
  }
}

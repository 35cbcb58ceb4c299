// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.spi.Trait.LISTEN;
import static io.plywire.stream.CompletionToken.deferred;
import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Acceptor;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Deferred;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.ReadPendingException;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of connects and accepts: the rules A5 to A7 and N2.5, as they hold for the operations of
 * streams.
 */
final class OneShotCalls {
  private static final int CHAIN = 10;
  private static final int STILL_IN_MIND = 2;

  private OneShotCalls() {}

  static List<Experiment> all() {
    return List.of(
        check("A5.1", "handlersOfAcceptsAcceptTheNext", OneShotCalls::chain, LISTEN),
        check("A6.1", "connectsAndAcceptsAsFutures", OneShotCalls::futures, LISTEN),
        check("A6.1", "connectsAndAcceptsThatBlock", OneShotCalls::blocking, LISTEN),
        check("A6.1", "connectsAndAcceptsThatAreDeferred", OneShotCalls::deferredValues, LISTEN),
        check("N2.5", "handlersOfAcceptsAreGarbage", OneShotCalls::garbage, LISTEN),
        check("A7.1", "nullsForConnectsThrow", OneShotCalls::nullsForConnects),
        check("A7.1", "nullsForListenersThrow", OneShotCalls::nullsForListeners, LISTEN));
  }

  // ---- A5.1

  private static void chain(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    List<Outcome<AsyncStream>> accepts = new ArrayList<>();
    for (int i = 0; i < CHAIN; i++) {
      Outcome<AsyncStream> accept = providers.closingResult("accept " + i);
      int next = i + 1;
      if (next < CHAIN) {
        accept.then(() -> acceptNext(providers, acceptor, accepts.get(next)));
      }
      accepts.add(accept);
    }
    providers.accept(acceptor, accepts.get(0));
    for (Outcome<AsyncStream> accept : accepts) {
      AsyncStream client = providers.connect(acceptor.localEndpoint()).value();
      providers.converse(client, accept.value());
    }
  }

  private static void acceptNext(
      Providers providers, Acceptor acceptor, Outcome<AsyncStream> next) {
    try {
      providers.accept(acceptor, next);
    } catch (ReadPendingException e) {
      Scene scene = providers.scene();
      throw scene.violation(scene.rule(), "an accept is outstanding while its own handler runs", e);
    }
  }

  // ---- A6.1

  private static <T> T get(Scene scene, CompletableFuture<T> future) throws Exception {
    try {
      return future.get(scene.patience().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw scene.violation(
          scene.rule(),
          "a connect or an accept by a future did not complete within "
              + Durations.text(scene.patience()));
    }
  }

  private static void futures(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    CompletableFuture<AsyncStream> accept =
        scene.calling("accept", () -> acceptor.asyncAccept(useFuture()));
    CompletableFuture<AsyncStream> connect =
        scene.calling("connect", () -> connect(providers, acceptor));
    AsyncStream client = scene.closing(get(scene, connect));
    AsyncStream server = scene.closing(get(scene, accept));
    providers.converse(client, server);
    CompletableFuture<AsyncStream> cancelled =
        scene.calling("accept", () -> acceptor.asyncAccept(useFuture()));
    scene.settle(acceptor.executor());
    cancelled.cancel(true);
    scene.check(
        get(scene, cancelled.handle((stream, error) -> error != null)),
        "an accept was cancelled through its future and succeeded");
  }

  private static CompletableFuture<AsyncStream> connect(Providers providers, Acceptor acceptor) {
    return providers
        .provider()
        .asyncConnect(acceptor.localEndpoint(), providers.subject().options(), useFuture());
  }

  private static void blocking(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> accept = providers.accept(acceptor);
    AsyncStream client =
        scene.closing(
            providers
                .provider()
                .asyncConnect(
                    acceptor.localEndpoint(), providers.subject().options(), useBlocking()));
    providers.converse(client, accept.value());
    Outcome<AsyncStream> connect = providers.connect(acceptor.localEndpoint());
    AsyncStream server = scene.closing(acceptor.asyncAccept(useBlocking()));
    providers.converse(connect.value(), server);
  }

  private static void deferredValues(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Deferred<AsyncStream> accept = acceptor.asyncAccept(deferred());
    Deferred<AsyncStream> connect =
        providers
            .provider()
            .asyncConnect(acceptor.localEndpoint(), providers.subject().options(), deferred());
    scene.settle(acceptor.executor());
    Outcome<AsyncStream> own = acceptAlone(providers, acceptor);
    scene.settle(acceptor.executor());
    scene.check(!own.isDone(), "a deferred connect started by itself");
    AsyncStream client = scene.closing(get(scene, connect.start(useFuture())));
    providers.converse(client, own.value());
    Outcome<AsyncStream> other = providers.connect(acceptor.localEndpoint());
    AsyncStream server = scene.closing(get(scene, accept.start(useFuture())));
    providers.converse(other.value(), server);
  }

  private static Outcome<AsyncStream> acceptAlone(Providers providers, Acceptor acceptor) {
    try {
      return providers.accept(acceptor);
    } catch (ReadPendingException e) {
      Scene scene = providers.scene();
      throw scene.violation(scene.rule(), "a deferred accept started by itself", e);
    }
  }

  // ---- N2.5

  /** The acceptor lives, and must hold nothing of those to whom it has given connections. */
  private static void garbage(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    List<WeakReference<Object>> used = new ArrayList<>();
    for (int i = 0; i < CHAIN; i++) {
      use(providers, acceptor, used);
    }
    Garbage.expect(scene, used, STILL_IN_MIND, "handlers of accepts");
    scene.check(acceptor.isOpen(), "an acceptor that nobody has closed is closed");
  }

  private static void use(
      Providers providers, Acceptor acceptor, List<WeakReference<Object>> used) {
    Scene scene = providers.scene();
    CountDownLatch told = new CountDownLatch(1);
    Handler<AsyncStream> handler =
        (error, stream) -> {
          if (stream != null) {
            stream.close();
          }
          told.countDown();
        };
    acceptor.asyncAccept(handler);
    providers.connect(acceptor.localEndpoint()).value();
    scene.await(told, Rule.of("P3.7"), "an accept has ended");
    used.add(new WeakReference<>(handler));
  }

  // ---- A7.1

  private static void nullsForConnects(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    TransportProvider provider = providers.provider();
    TransportOptions options = providers.subject().options();
    Endpoint remote = providers.subject().freshEndpoint();
    Handler<AsyncStream> nobody = Calls.nothing();
    Outcome<AsyncStream> never = providers.closingResult("refused connect");
    Calls.refuses(
        scene,
        "a connect without endpoint",
        () -> provider.asyncConnect(Calls.nothing(), options, never));
    Calls.refuses(
        scene,
        "a connect without options",
        () -> provider.asyncConnect(remote, Calls.nothing(), never));
    Calls.refuses(
        scene, "a connect without handler", () -> provider.asyncConnect(remote, options, nobody));
    scene.settle(provider.executor());
    scene.check(!never.isDone(), "a connect that threw completed all the same");
  }

  private static void nullsForListeners(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    TransportProvider provider = providers.provider();
    TransportOptions options = providers.subject().options();
    Endpoint local = providers.subject().freshEndpoint();
    Calls.refuses(
        scene, "listening nowhere", () -> listen(scene, provider, Calls.nothing(), options));
    Calls.refuses(
        scene, "listening without options", () -> listen(scene, provider, local, Calls.nothing()));
    Acceptor acceptor = providers.listen();
    Handler<AsyncStream> nobody = Calls.nothing();
    Calls.refuses(scene, "an accept without handler", () -> acceptor.asyncAccept(nobody));
    Outcome<AsyncStream> accept = providers.accept(acceptor);
    AsyncStream client = providers.connect(acceptor.localEndpoint()).value();
    providers.converse(client, accept.value());
  }

  private static void listen(
      Scene scene, TransportProvider provider, Endpoint local, TransportOptions options) {
    try {
      scene.closing(provider.listen(local, options));
    } catch (IOException e) {
      throw scene.violation(scene.rule(), "a null argument is told as", e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.spi.Trait.LISTEN;
import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import java.util.List;

/**
 * Requests to cancel connects, accepts and wraps: A9, as it holds for the operations of streams.
 */
final class OneShotRequests {
  // That a request is heard at all, and ends the operation with ABORTED.
  private static final Rule CONNECT = Rule.of("P2.3");
  private static final Rule ACCEPT = Rule.of("P3.3");
  private static final Rule CLOSED_ACCEPTOR = Rule.of("P3.1");
  private static final Rule WRAP = Rule.of("S3.2");

  private OneShotRequests() {}

  /** Returns the checks of providers. */
  static List<Experiment> ofProviders() {
    return List.of(
        check("A9.1", "acceptsDoNotEndInsideTheRequest", OneShotRequests::insideAccept, LISTEN),
        check("A9.1", "connectsDoNotEndInsideTheRequest", OneShotRequests::insideConnect, LISTEN),
        check("A9.2", "requestsForEndedAcceptsAreIgnored", OneShotRequests::lateAccept, LISTEN),
        check("A9.2", "requestsForEndedConnectsAreIgnored", OneShotRequests::lateConnect, LISTEN),
        check("A9.3", "cancelledAcceptsNameTheType", OneShotRequests::acceptNamesType, LISTEN),
        check("A9.3", "cancelledConnectsNameTheType", OneShotRequests::connectNamesType, LISTEN),
        check("A9.4", "requestThatOvertakesAnAcceptIsHeard", OneShotRequests::early, LISTEN));
  }

  /** Returns the checks of layers. */
  static List<Experiment> ofLayers() {
    return List.of(
        check("A9.1", "wrapsDoNotEndInsideTheRequest", OneShotRequests::insideWrap),
        check("A9.2", "requestsForEndedWrapsAreIgnored", OneShotRequests::lateWrap),
        check("A9.3", "cancelledWrapsNameTheType", OneShotRequests::wrapNamesType));
  }

  // ---- A9.1

  /** Asks, and shows that the handler has not run when the call returns, if it runs here at all. */
  private static void ask(Scene scene, Outcome<AsyncStream> operation) {
    boolean before = operation.isDone();
    operation.cancel(CancellationType.TERMINAL);
    scene.check(
        before || !operation.isDone() || operation.thread() != Thread.currentThread(),
        "the handler of %s ran inside the call that asked for its cancellation",
        operation);
  }

  private static void insideAccept(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> within = providers.accept(acceptor);
    scene.run(acceptor.executor(), () -> ask(scene, within));
    within.ended(ACCEPT);
    Outcome<AsyncStream> outside = providers.accept(acceptor);
    scene.settle(acceptor.executor());
    ask(scene, outside);
    outside.ended(ACCEPT);
  }

  /** An attempt may have succeeded before it is cancelled; then nothing is looked at. */
  private static void insideConnect(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    StreamExecutor executor = providers.provider().executor();
    Outcome<AsyncStream> within = providers.closingResult("connect");
    scene.run(
        executor,
        () -> {
          providers.connect(
              acceptor.localEndpoint(),
              providers.subject().options().withExecutor(executor),
              within);
          ask(scene, within);
        });
    within.ended(CONNECT);
    Outcome<AsyncStream> outside = providers.connect(acceptor.localEndpoint());
    ask(scene, outside);
    outside.ended(CONNECT);
  }

  private static void insideWrap(Scene scene) throws Exception {
    Handshakes within = Handshakes.open(scene, null);
    Outcome<AsyncStream> client = within.start(Role.CLIENT);
    scene.run(within.client().executor(), () -> ask(scene, client));
    client.ended(WRAP);
    Handshakes outside = Handshakes.open(scene, null);
    Outcome<AsyncStream> server = outside.start(Role.SERVER);
    scene.settle(outside.server().executor());
    ask(scene, server);
    server.ended(WRAP);
  }

  // ---- A9.2

  private static void lateAccept(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> first = providers.accept(acceptor);
    AsyncStream client = providers.connect(acceptor.localEndpoint()).value();
    AsyncStream server = first.value();
    Outcome<AsyncStream> next = providers.accept(acceptor);
    for (CancellationType type : CancellationType.values()) {
      scene.settle(acceptor.executor());
      first.cancel(type);
    }
    scene.settle(acceptor.executor());
    scene.check(!next.isDone(), "a request for the first accept ended the next one");
    AsyncStream second = providers.connect(acceptor.localEndpoint()).value();
    providers.converse(second, next.value());
    expectOpen(scene, server, "accepted");
    providers.converse(client, server);
  }

  private static void lateConnect(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> accept = providers.accept(acceptor);
    Outcome<AsyncStream> connect = providers.connect(acceptor.localEndpoint());
    AsyncStream client = connect.value();
    AsyncStream server = accept.value();
    askForAll(scene, connect, client);
    expectOpen(scene, client, "connected");
    providers.converse(client, server);
  }

  private static void lateWrap(Scene scene) throws Exception {
    Handshakes both = Handshakes.open(scene, null);
    Outcome<AsyncStream> client = both.start(Role.CLIENT);
    Outcome<AsyncStream> server = both.start(Role.SERVER);
    askForAll(scene, client, client.value());
    askForAll(scene, server, server.value());
    expectOpen(scene, client.value(), "wrapped");
    expectOpen(scene, server.value(), "wrapped");
    both.converse(client, server);
  }

  private static void askForAll(Scene scene, Outcome<AsyncStream> ended, AsyncStream stream) {
    for (CancellationType type : CancellationType.values()) {
      ended.cancel(type);
      scene.settle(stream.executor());
    }
  }

  private static void expectOpen(Scene scene, AsyncStream stream, String how) {
    scene.check(
        stream.isOpen(), "a request that came too late closed a stream that had been %s", how);
  }

  // ---- A9.3

  private static void expectType(
      Scene scene, Outcome<AsyncStream> operation, CancellationType type, Rule heard) {
    StreamException error = operation.ended(heard).failure(heard, StreamError.ABORTED);
    scene.check(
        error.cancellation() == type,
        "%s was cancelled with %s and says %s",
        operation,
        type,
        error.cancellation());
  }

  private static void acceptNamesType(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    for (CancellationType type : CancellationType.values()) {
      Outcome<AsyncStream> accept = providers.accept(acceptor);
      scene.settle(acceptor.executor());
      accept.cancel(type);
      expectType(scene, accept, type, ACCEPT);
    }
    Outcome<AsyncStream> closed = providers.accept(acceptor);
    acceptor.close();
    scene.check(
        !(closed.ended(CLOSED_ACCEPTOR).error() instanceof StreamException e)
            || e.cancellation() == null,
        "an accept that close() ended says that it was cancelled");
  }

  /** An attempt may have succeeded before it is cancelled; then nothing is looked at. */
  private static void connectNamesType(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    StreamExecutor executor = providers.provider().executor();
    for (CancellationType type : CancellationType.values()) {
      Outcome<AsyncStream> connect = providers.closingResult("connect");
      scene.whileBusy(
          executor,
          () -> {
            providers.connect(
                acceptor.localEndpoint(),
                providers.subject().options().withExecutor(executor),
                connect);
            connect.cancel(type);
          });
      if (connect.ended(CONNECT).error() != null) {
        expectType(scene, connect, type, CONNECT);
      }
    }
  }

  private static void wrapNamesType(Scene scene) throws Exception {
    for (CancellationType type : CancellationType.values()) {
      Handshakes alone = Handshakes.open(scene, null);
      Outcome<AsyncStream> client = alone.start(Role.CLIENT);
      scene.settle(alone.client().executor());
      client.cancel(type);
      expectType(scene, client, type, WRAP);
    }
  }

  // ---- A9.4; connects and wraps have it in P2.3 and S3.2

  private static void early(Scene scene) throws Exception {
    Providers providers = Providers.of(scene);
    Acceptor acceptor = providers.listen();
    Outcome<AsyncStream> accept = providers.closingResult("accept");
    scene.whileBusy(
        acceptor.executor(),
        () -> {
          providers.accept(acceptor, accept);
          accept.cancel(CancellationType.TERMINAL);
        });
    accept.failure(StreamError.ABORTED);
  }
}

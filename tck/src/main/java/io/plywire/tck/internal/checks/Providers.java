// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.spi.Acceptor;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.tck.Rule;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TransportSubject;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.WatchedOneShot;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;

/** What checks of providers do again and again. */
record Providers(Scene scene, TransportSubject subject, TransportProvider provider) {
  private static final Rule CONNECTED = Rule.of("P2.1");
  private static final Rule ACCEPTED = Rule.of("P3.8");

  static Providers of(Scene scene) {
    TransportSubject subject = (TransportSubject) scene.subject();
    return new Providers(scene, subject, subject.provider());
  }

  /** Returns the same with another instance of the provider. */
  Providers ofAnother(TransportProvider instance) {
    return new Providers(scene, subject, instance);
  }

  Acceptor listen() throws Exception {
    return listen(subject.options());
  }

  @SuppressWarnings("ReferenceEquality") // the very provider of the subject, or another instance
  Acceptor listen(TransportOptions options) throws Exception {
    return scene.closing(
        scene.opening(
            () ->
                provider == subject.provider()
                    ? subject.listen(options)
                    : provider.listen(subject.freshEndpoint(), options)));
  }

  Outcome<AsyncStream> accept(Acceptor acceptor) {
    return accept(acceptor, closingResult("accept"));
  }

  Outcome<AsyncStream> accept(Acceptor acceptor, Outcome<AsyncStream> accept) {
    new WatchedOneShot(scene, accept.name(), ACCEPTED, acceptor::executor, accept)
        .initiate(acceptor::asyncAccept);
    return accept;
  }

  Outcome<AsyncStream> connect(Endpoint remote) {
    return connect(remote, subject.options());
  }

  Outcome<AsyncStream> connect(Endpoint remote, TransportOptions options) {
    return connect(remote, options, closingResult("connect"));
  }

  /** Connects; where the handler of an attempt that fails runs is up to the provider. */
  Outcome<AsyncStream> connect(
      Endpoint remote, TransportOptions options, Outcome<AsyncStream> connect) {
    new WatchedOneShot(scene, connect.name(), CONNECTED, () -> null, connect)
        .initiate(handler -> provider().asyncConnect(remote, options, handler));
    return connect;
  }

  /** Makes an outcome whose stream is closed with the scene. */
  Outcome<AsyncStream> closingResult(String name) {
    Outcome<AsyncStream> outcome = scene.outcome(name);
    scene.closing(outcome::closeResult);
    return outcome;
  }

  /** Shows that two streams are connected to each other. */
  void converse(AsyncStream client, AsyncStream server) {
    scene.link(new StreamPair(client, server)).converse();
  }
}

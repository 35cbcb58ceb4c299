// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.spi.Acceptor;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TransportSubject;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;

/** What checks of providers do again and again. */
record Providers(Scene scene, TransportSubject subject) {
  static Providers of(Scene scene) {
    return new Providers(scene, (TransportSubject) scene.subject());
  }

  TransportProvider provider() {
    return subject.provider();
  }

  Acceptor listen() throws Exception {
    return scene.closing(scene.opening(() -> subject.listen(subject.options())));
  }

  Outcome<AsyncStream> accept(Acceptor acceptor) {
    Outcome<AsyncStream> accept = closingResult("accept");
    acceptor.asyncAccept(accept);
    return accept;
  }

  Outcome<AsyncStream> connect(Endpoint remote) {
    return connect(remote, subject.options());
  }

  Outcome<AsyncStream> connect(Endpoint remote, TransportOptions options) {
    Outcome<AsyncStream> connect = closingResult("connect");
    provider().asyncConnect(remote, options, connect);
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

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.stream.AsyncStream;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.StreamPair;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Meddler;
import io.plywire.tck.internal.lab.Scene;
import java.util.function.UnaryOperator;

/** A connection of a layer, and what is below it. */
record Layers(Link link, Meddler belowClient, Meddler belowServer) {
  static Layers open(Scene scene) throws Exception {
    return open(scene, below -> below);
  }

  /** As above, with something between the connection and the meddlers. */
  static Layers open(Scene scene, UnaryOperator<AsyncStream> between) throws Exception {
    LayerSubject subject = (LayerSubject) scene.subject();
    StreamPair base = subject.openBelow();
    Meddler client = new Meddler(between.apply(base.client()));
    Meddler server = new Meddler(between.apply(base.server()));
    scene.closing(client);
    scene.closing(server);
    return new Layers(scene.link(subject.wrap(new StreamPair(client, server))), client, server);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.tck.LayerSubject;
import io.plywire.tck.StreamPair;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Meddler;
import io.plywire.tck.internal.lab.Scene;

/** A connection of a layer, and what is below it. */
record Layers(Link link, Meddler belowClient, Meddler belowServer) {
  static Layers open(Scene scene) throws Exception {
    LayerSubject subject = (LayerSubject) scene.subject();
    StreamPair base = subject.openBelow();
    Meddler client = new Meddler(base.client());
    Meddler server = new Meddler(base.server());
    scene.closing(client);
    scene.closing(server);
    return new Layers(scene.link(subject.wrap(new StreamPair(client, server))), client, server);
  }
}

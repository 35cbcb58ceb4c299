// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.StreamError;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import java.util.List;

/** A layer and the stream below it: S1. */
final class Layering {
  private static final int[] PIECES = {2, 3, 4, 5, 6, 7, 13, 64, 999};
  private static final int MOST_OF_A_RECORD = 12;

  private Layering() {}

  static List<Experiment> all() {
    return List.of(
        check("S1.1", "singleBytesBelow", Layering::singleBytes),
        check("S1.1", "piecesOfManySizesBelow", Layering::pieces),
        check("S1.1", "manyRecordsAtOnceBelow", Layering::manyRecords),
        check("S1.2", "layerBelowIsFoundAndNamed", Layering::below),
        check("S1.3", "closeClosesTheLayerBelow", Layering::closes),
        check("S1.3", "failureBelowEndsOperations", Layering::failsBelow));
  }

  private static void singleBytes(Scene scene) throws Exception {
    Layers layers = Layers.open(scene);
    layers.belowClient().inPiecesOf(1);
    layers.belowServer().inPiecesOf(1);
    layers.link().converse();
    layers.link().carry(layers.link().client(), layers.link().server(), 20_000);
  }

  /** Cuts heads, bodies and what follows them in all sorts of places. */
  private static void pieces(Scene scene) throws Exception {
    Layers layers = Layers.open(scene);
    for (int size : PIECES) {
      layers.belowClient().inPiecesOf(size);
      layers.belowServer().inPiecesOf(size);
      for (int bytes = 1; bytes <= MOST_OF_A_RECORD; bytes++) {
        layers.link().carry(layers.link().client(), layers.link().server(), bytes);
      }
      layers.link().carry(layers.link().server(), layers.link().client(), 2000);
    }
  }

  private static void manyRecords(Scene scene) throws Exception {
    Layers layers = Layers.open(scene);
    for (int i = 0; i < 50; i++) {
      layers.link().client().writeOne();
    }
    layers.link().settle();
    layers.link().server().receive(50);
  }

  @SuppressWarnings("ReferenceEquality") // the very same stream
  private static void below(Scene scene) throws Exception {
    Layers layers = Layers.open(scene);
    AsyncStream layer = layers.link().client().raw();
    scene.check(
        layer.layer(layers.belowClient().getClass()) == layers.belowClient(),
        "layer() does not find the stream below");
    scene.check(
        layer.toString().contains(layers.belowClient().toString()),
        "'%s' does not name '%s', which is below",
        layer,
        layers.belowClient());
  }

  private static void closes(Scene scene) throws Exception {
    Layers layers = Layers.open(scene);
    layers.link().client().close();
    layers.link().client().settle();
    scene.eventually(
        () -> !layers.belowClient().isOpen(), () -> "the layer below of a closed one is open");
  }

  private static void failsBelow(Scene scene) throws Exception {
    Layers layers = Layers.open(scene);
    Outcome<Void> read = layers.link().client().read(10);
    layers.link().client().settle();
    layers.belowClient().close();
    read.failure(StreamError.ABORTED, StreamError.CLOSED, StreamError.RESET, StreamError.TRUNCATED);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.StreamPair;
import io.plywire.tck.broken.Sealed.Defect;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Defects of layers, by the toy of one. */
final class BrokenLayers {
  private BrokenLayers() {}

  private static Broken layer(String what, String rule, Defect defect) {
    return new Broken(what, rule, sealed(Set.of(defect)));
  }

  static List<Broken> all() {
    return List.of(
        layer("a head that comes in pieces is refused", "S1.1", Defect.HEADS_IN_ONE_PIECE_ONLY),
        layer("the layer below is not found", "S1.2", Defect.BELOW_IS_NOT_FOUND),
        layer("a failure of the layer below is swallowed", "S1.3", Defect.SWALLOWS_FAILURES_BELOW),
        layer("the end of the layer below is EOF", "S2.1", Defect.END_BELOW_IS_END),
        layer("changed bytes are delivered", "S2.2", Defect.CHANGES_ARE_DELIVERED),
        layer("what is written is visible below", "S2.3", Defect.CONTENT_IS_VISIBLE),
        layer("a teardown leaves the layer below open", "S2.4", Defect.TEARDOWN_LEAVES_BELOW_OPEN),
        layer("it goes on after a broken record", "S2.5", Defect.GOES_ON_AFTER_A_CHANGE),
        layer(
            "a broken record is answered by the end mark",
            "S2.6",
            Defect.SAYS_GOODBYE_AFTER_A_CHANGE),
        layer("a wrap completes on a foreign thread", "S3.1", Defect.HANDSHAKE_ENDS_ANYWHERE),
        layer("a wrap cannot be cancelled", "S3.2", Defect.HANDSHAKE_CANNOT_BE_CANCELLED),
        layer("a wrap waits for a peer that has gone", "S3.3", Defect.HANDSHAKE_WAITS_FOR_EVER),
        layer(
            "the executor waits for the work of a handshake",
            "S3.4",
            Defect.HANDSHAKE_WAITS_FOR_WORK),
        layer(
            "the bit of a head that says goodbye is not covered",
            "S2.2",
            Defect.HEAD_IS_NOT_COVERED),
        layer("records count wherever they come", "S2.7", Defect.ORDER_IS_NOT_COVERED),
        layer("a record counts once more", "S2.7", Defect.REPETITION_IS_NOT_COVERED),
        layer(
            "a greeting that is refused leaves the layer below open",
            "S3.3",
            Defect.FAILED_HANDSHAKE_LEAVES_BELOW_OPEN),
        layer(
            "a greeting that is refused leaves a descriptor",
            "N12.2",
            Defect.REFUSED_GREETING_LEAVES_A_DESCRIPTOR),
        layer(
            "a greeting that is refused leaves a thread",
            "N12.1",
            Defect.REFUSED_GREETING_LEAVES_A_THREAD),
        layer(
            "a stream whose handshake was cut off stays in a registry",
            "N12.3",
            Defect.ENDED_HANDSHAKE_STAYS_IN_A_REGISTRY),
        layer(
            "a handshake that fails keeps what it has borrowed",
            "S1.4",
            Defect.FAILED_HANDSHAKE_KEEPS_A_BUFFER),
        layer(
            "a layer keeps what it has borrowed when it is closed",
            "S1.4",
            Defect.CLOSED_LAYER_KEEPS_A_BUFFER),
        layer("work that was refused is forgotten", "S3.5", Defect.HANDSHAKE_FORGETS_REFUSED_WORK));
  }

  private static void complete(
      CompletableFuture<AsyncStream> future, IOException error, AsyncStream stream) {
    if (error != null) {
      future.completeExceptionally(error);
    } else {
      future.complete(stream);
    }
  }

  static LayerSubject sealed(Set<Defect> defects) {
    return new LayerSubject() {
      @Override
      public String name() {
        return "sealed " + defects;
      }

      @Override
      public StreamPair openBelow() throws Exception {
        return Subjects.pipe("below", stream -> stream).open();
      }

      @Override
      public StreamPair wrap(StreamPair below) throws Exception {
        CompletableFuture<AsyncStream> client = new CompletableFuture<>();
        CompletableFuture<AsyncStream> server = new CompletableFuture<>();
        start(below.client(), null, (error, stream) -> complete(client, error, stream));
        start(below.server(), null, (error, stream) -> complete(server, error, stream));
        return new StreamPair(client.get(10, TimeUnit.SECONDS), server.get(10, TimeUnit.SECONDS));
      }

      private void start(AsyncStream next, Executor tasks, Handler<AsyncStream> handler) {
        new SealedHandshake(next, defects, tasks, handler).start();
      }

      @Override
      public Wrapping wrapping(Executor tasks) {
        return (next, role, handler) -> start(next, tasks, handler);
      }

      @Override
      public boolean secured() {
        return true;
      }

      @Override
      public int endOfRecord(byte[] bytes, int from) {
        int end = from + 2 + ((bytes[from] & 0xff) << 8 | bytes[from + 1] & 0xff);
        return end <= bytes.length ? end : -1;
      }

      @Override
      public Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
      }
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.AsyncStream;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Scene;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a stream says about itself: N10. */
final class Naming {
  private static final String SECRET = "tck-secret-0815";

  private Naming() {}

  static List<Experiment> all() {
    return List.of(
        check("N10.1", "layerFindsTheStreamItself", Naming::layer),
        check("N10.2", "textNeverFailsAndTellsNoPayload", Naming::text),
        check("N10.3", "textSaysMoreThanTheClass", Naming::meaningful));
  }

  @SuppressWarnings("ReferenceEquality") // the very same stream
  private static void layer(Scene scene) throws Exception {
    Link link = scene.link();
    AsyncStream raw = link.client().raw();
    scene.check(raw.layer(AsyncStream.class) == raw, "layer(AsyncStream) is not the stream itself");
    scene.check(raw.layer(raw.getClass()) == raw, "layer(its own class) is not the stream itself");
    scene.check(absent(scene, raw) == null, "layer() found a layer that cannot be there");
    link.client().close();
    scene.check(raw.layer(AsyncStream.class) == raw, "layer(AsyncStream) is gone after close()");
  }

  private static @Nullable Object absent(Scene scene, AsyncStream raw) {
    try {
      return raw.layer(Naming.class);
    } catch (RuntimeException e) {
      throw scene.violation(scene.rule(), "layer() throws for what is not there", e);
    }
  }

  private static void text(Scene scene) throws Exception {
    Link link = scene.link();
    AsyncStream raw = link.client().raw();
    ByteBuffer[] sources = {ByteBuffer.wrap(SECRET.getBytes(StandardCharsets.UTF_8))};
    raw.asyncWriteSome(sources, (error, bytes) -> {});
    link.settle();
    checkText(scene, link.client().stream());
    checkText(scene, link.server().stream());
    link.server().raw().asyncReadSome(ByteBuffer.allocate(100), (error, bytes) -> {});
    link.settle();
    checkText(scene, link.server().stream());
    link.client().close();
    link.settle();
    checkText(scene, link.client().stream());
    checkText(scene, link.server().stream());
  }

  private static void checkText(Scene scene, AsyncStream stream) {
    String text = Objects.toString(stream.toString(), "");
    scene.check(!text.isBlank(), "toString() says nothing");
    scene.check(!text.contains(SECRET), "toString() tells what was sent: %s", text);
  }

  private static void meaningful(Scene scene) throws Exception {
    AsyncStream raw = scene.link().client().raw();
    String plain =
        raw.getClass().getName() + "@" + Integer.toHexString(System.identityHashCode(raw));
    scene.check(!raw.toString().equals(plain), "toString() is that of Object: %s", plain);
  }
}

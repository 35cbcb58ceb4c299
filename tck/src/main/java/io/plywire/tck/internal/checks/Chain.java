// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.tck.Rule;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A handler that starts the next operation, many times, and looks at the stack now and then. */
final class Chain implements IoHandler {
  private static final int LOOK_EVERY = 256;
  private static final long MOST_FRAMES_MORE = 250;

  private final Scene scene;
  private final AsyncStream stream;
  private final Consumer<Chain> step;
  private final Outcome<Void> end;
  private final ByteBuffer one = ByteBuffer.allocateDirect(1);
  private final ByteBuffer[] sources = {one};
  private int left;
  private int done;
  private long firstDepth;

  Chain(Scene scene, AsyncStream stream, Consumer<Chain> step, int rounds, Outcome<Void> end) {
    this.scene = scene;
    this.stream = stream;
    this.step = step;
    this.left = rounds;
    this.end = end;
  }

  void readNothing() {
    stream.asyncReadSome(one.position(1), this);
  }

  void writeNothing() {
    one.position(1);
    stream.asyncWriteSome(sources, this);
  }

  void readOne() {
    stream.asyncReadSome(one.clear(), this);
  }

  void writeOne() {
    one.clear();
    stream.asyncWriteSome(sources, this);
  }

  @Override
  public void completed(@Nullable IOException error, long bytes) {
    if (error != null || left-- == 0 || scene.isSpoiled() || tooDeep()) {
      end.completed(error, bytes);
    } else {
      step.accept(this);
    }
  }

  private boolean tooDeep() {
    if (++done % LOOK_EVERY != 2) { // the first completion may come from elsewhere
      return false;
    }
    long depth = StackWalker.getInstance().walk(Stream::count);
    if (done < LOOK_EVERY) {
      firstDepth = depth;
    }
    if (depth <= firstDepth + MOST_FRAMES_MORE) {
      return false;
    }
    scene.report(
        scene.violation(
            Rule.of("A3.3"),
            "after "
                + done
                + " completions the stack is "
                + depth
                + " frames deep, after 2 it was "
                + firstDepth));
    return true;
  }
}

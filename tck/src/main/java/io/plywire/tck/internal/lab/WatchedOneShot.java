// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.Rule;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A connect, an accept or a wrap under test. */
public final class WatchedOneShot extends Watch implements Handler<AsyncStream> {
  private final Scene scene;
  private final String operation;
  private final Rule place;
  private final Supplier<@Nullable StreamExecutor> whereFailuresRun;
  private final Handler<AsyncStream> handler;

  /**
   * Stands before a handler.
   *
   * @param place the rule that says where the handler runs
   * @param whereFailuresRun gives the executor for a handler that gets no stream, or null if it may
   *     be any
   */
  public WatchedOneShot(
      Scene scene,
      String operation,
      Rule place,
      Supplier<@Nullable StreamExecutor> whereFailuresRun,
      Handler<AsyncStream> handler) {
    super(scene, handler);
    this.scene = scene;
    this.operation = operation;
    this.place = place;
    this.whereFailuresRun = whereFailuresRun;
    this.handler = handler;
  }

  /** Makes the initiating call. */
  public void initiate(Consumer<Handler<AsyncStream>> call) {
    scene.trace().add("test", "%s", operation);
    initiate(() -> call.accept(this));
  }

  @Override
  void threw(RuntimeException e) {
    scene.trace().add("test", "%s throws %s", operation, e);
  }

  @Override
  public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
    scene
        .trace()
        .add("test", "%s completes: %s", operation, error == null ? "a stream" : error.toString());
    if (!completesFirst()) {
      if (stream != null) {
        stream.close();
      }
      return; // whoever waits was told
    }
    try {
      verify(error, stream == null ? whereFailuresRun.get() : stream.executor(), place);
    } catch (Violation e) {
      scene.report(e);
    }
    ended();
    handler.completed(error, stream);
  }

  @Override
  @Nullable Rule violatedByHanging() {
    return null;
  }

  @Override
  String waitsFor() {
    return "for its handler to be run";
  }

  @Override
  Violation violation(Rule rule, String what) {
    return scene.violation(rule, operation + " " + what);
  }

  @Override
  public String toString() {
    return operation;
  }
}

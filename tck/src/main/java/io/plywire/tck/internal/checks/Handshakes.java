// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.tck.LayerSubject;
import io.plywire.tck.Rule;
import io.plywire.tck.StreamPair;
import io.plywire.tck.internal.lab.Meddler;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Untested;
import io.plywire.tck.internal.lab.WatchedOneShot;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A connection below, both ends of which can be wrapped. */
record Handshakes(Scene scene, LayerSubject.Wrapping wrapping, Meddler client, Meddler server) {
  private static final Rule PLACE = Rule.of("S3.1");
  private static final Rule FAILURE = Rule.of("S3.3");

  /** Opens the connection below; work of the layer goes to the executor, if one is given. */
  static Handshakes open(Scene scene, @Nullable Executor tasks) throws Exception {
    return open(scene, tasks, below -> below);
  }

  /** As above, with something between the connection and the meddlers. */
  static Handshakes open(Scene scene, @Nullable Executor tasks, UnaryOperator<AsyncStream> between)
      throws Exception {
    LayerSubject subject = (LayerSubject) scene.subject();
    LayerSubject.Wrapping wrapping = subject.wrapping(tasks);
    if (wrapping == null) {
      throw notWrapping(tasks);
    }
    StreamPair base = subject.openBelow();
    return new Handshakes(
        scene,
        wrapping,
        scene.closing(new Meddler(between.apply(base.client()))),
        scene.closing(new Meddler(between.apply(base.server()))));
  }

  static Untested notWrapping(@Nullable Executor tasks) {
    return new Untested(
        tasks == null
            ? "the subject gives no means to wrap a single end (wrapping)"
            : "the subject gives no means to do its work elsewhere (wrapping)");
  }

  private Meddler below(Role role) {
    return role == Role.CLIENT ? client : server;
  }

  Outcome<AsyncStream> outcome(Role role) {
    Outcome<AsyncStream> outcome =
        scene.outcome(role == Role.CLIENT ? "client's asyncWrap" : "server's asyncWrap");
    scene.closing(outcome::closeResult);
    return outcome;
  }

  Outcome<AsyncStream> start(Role role) {
    return start(role, outcome(role));
  }

  Outcome<AsyncStream> start(Role role, Outcome<AsyncStream> outcome) {
    new WatchedOneShot(scene, outcome.name(), PLACE, () -> below(role).executor(), outcome)
        .initiate(handler -> wrapping.start(below(role), role, handler));
    return outcome;
  }

  /** Shows that both wraps have succeeded. */
  void converse(Outcome<AsyncStream> one, Outcome<AsyncStream> other) {
    scene.link(new StreamPair(one.value(), other.value())).converse();
  }

  void expectFailure(Outcome<AsyncStream> wrap, String what) {
    scene.check(
        FAILURE,
        wrap.ended(FAILURE).error() instanceof OperationException,
        "a wrap %s ended with %s",
        what,
        wrap.error());
  }

  /** A stream below whose wrap has failed is closed by the layer. */
  void expectClosed(Role role) {
    scene.eventually(
        () -> !below(role).isOpen(),
        () -> "the stream below is open though its wrap has ended without success");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.checks;

import static io.plywire.stream.CompletionToken.deferred;
import static io.plywire.stream.CompletionToken.useBlocking;
import static io.plywire.stream.CompletionToken.useFuture;
import static io.plywire.tck.internal.lab.Experiment.check;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Deferred;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.WaitType;
import io.plywire.tck.internal.lab.Experiment;
import io.plywire.tck.internal.lab.Link;
import io.plywire.tck.internal.lab.Outcome;
import io.plywire.tck.internal.lab.Scene;
import io.plywire.tck.internal.lab.Side;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Initiating calls and their completions, whatever the operation does: A1, A3, A5 to A8. */
final class Calls {
  /** How many operations tell how slow a stream is. */
  private static final int PROBE = 100;

  /** A chain of so many shows whether the stack grows. */
  private static final int LEAST = 1000;

  private Calls() {}

  static List<Experiment> all() {
    return List.of(
        check("A1.1", "callsReturnWhileNothingCanHappen", Calls::callsReturn),
        check("A1.2", "operationsOfChangingThreads", Calls::changingThreads),
        check("A3.1", "nothingCompletesInsideTheCall", Calls::notInsideTheCall),
        check("A3.1", "nothingCompletesInsideTheCallOnAClosedStream", Calls::notInsideOnClosed),
        check("A3.2", "immediateExecutorRunsWhatCompletesAtOnce", Calls::immediateExecutor),
        check("A3.2", "inlineExecutorIsUsedOnceForEachOperation", Calls::inlineExecutor),
        check("A3.3", "chainOfReadsWithoutRoom", s -> chain(s, Chain::readNothing)),
        check("A3.3", "chainOfEmptyWrites", s -> chain(s, Chain::writeNothing)),
        check("A3.3", "chainOfOneByteWritesAndReads", Calls::chainOfBytes),
        check("A5.1", "handlersStartTheNextOperation", Calls::nextFromHandler),
        check("A6.1", "futures", Calls::futures),
        check("A6.1", "blockingCalls", Calls::blocking),
        check("A6.1", "deferredValues", Calls::deferredValues),
        check("A7.1", "nullsThrowAndChangeNothing", Calls::nulls),
        check("A7.1", "readOnlyTargetThrowsAndChangesNothing", Calls::readOnlyTarget),
        check("A7.2", "whatThrowsDoesNotComplete", Calls::refusedDoesNotComplete),
        check("A8.1", "errorsHaveACodeAndAMessage", s -> signals(s, false)),
        check("A8.2", "signalsCarryNoStackTrace", s -> signals(s, true)));
  }

  private static void callsReturn(Scene scene) throws Exception {
    Link link = scene.link();
    link.server().read(10);
    Outcome<Void> blocked = link.client().fill(link.server());
    Link silent = scene.link();
    silent.server().waitReadable();
    silent.client().teardown(Role.CLIENT);
    // Being here is what is checked; a call that blocks would have been noticed.
    scene.check(blocked.error() == null, "a write that waits failed: %s", blocked.error());
  }

  private static void changingThreads(Scene scene) throws Exception {
    Link link = scene.link();
    for (int i = 0; i < 200; i++) {
      Side from = i % 2 == 0 ? link.client() : link.server();
      Side to = link.peerOf(from);
      Outcome<Void> read = to.outcome("read");
      Outcome<Void> write = from.outcome("write");
      ByteBuffer source = from.next(1);
      scene
          .racers()
          .race(() -> from.write(write, source), () -> to.read(ByteBuffer.allocate(1), read));
      write.success();
      read.success();
    }
    Outcome<Void> wait = link.client().outcome("wait");
    Outcome<Void> teardown = link.server().outcome("teardown");
    scene
        .racers()
        .race(
            () -> link.client().waitReadable(wait),
            () -> link.server().teardown(Role.SERVER, teardown));
    wait.ended();
    link.client().read(1).failure(StreamError.EOF);
    Outcome<Void> answer = link.client().outcome("teardown");
    scene.racers().race(() -> link.client().teardown(Role.CLIENT, answer));
    answer.ended();
    teardown.ended();
  }

  /** Operations that can complete at once. */
  private static List<Function<Outcome<Void>, Outcome<Void>>> immediates(Side side) {
    return List.of(
        outcome -> side.read(ByteBuffer.allocate(0), outcome),
        outcome -> side.write(outcome),
        outcome -> side.write(outcome, ByteBuffer.allocate(0)),
        outcome -> side.write(outcome, side.next(1)),
        outcome -> side.waitReadable(outcome),
        outcome -> side.read(ByteBuffer.allocate(1), outcome));
  }

  private static Side withDataToRead(Scene scene) throws Exception {
    Link link = scene.link();
    link.client().writeOne();
    link.server().waitReadable().success();
    return link.server();
  }

  private static void notInsideTheCall(Scene scene) throws Exception {
    Side side = withDataToRead(scene);
    for (var operation : immediates(side)) {
      scene.call(side.executor(), () -> operation.apply(side.outcome("operation"))).ended();
    }
  }

  private static void notInsideOnClosed(Scene scene) throws Exception {
    Side side = scene.link().server();
    side.close();
    for (var operation : immediates(side)) {
      scene.call(side.executor(), () -> operation.apply(side.outcome("operation"))).ended();
    }
    scene.call(side.executor(), () -> side.teardown(Role.SERVER)).ended();
  }

  private static void immediateExecutor(Scene scene) throws Exception {
    Side side = withDataToRead(scene);
    for (var operation : immediates(side)) {
      Queue<Runnable> dispatched = new ConcurrentLinkedQueue<>();
      Outcome<Void> outcome = side.outcome("operation").immediate(dispatched::add);
      side.run(
          () -> {
            Outcome<Void> started = operation.apply(outcome);
            scene.check(!started.isDone(), "%s did not go through its immediate executor", outcome);
            scene.check(dispatched.size() < 2, "%s was dispatched twice", outcome);
            dispatched.forEach(Runnable::run);
          });
      outcome.ended();
    }
  }

  private static void inlineExecutor(Scene scene) throws Exception {
    Side side = withDataToRead(scene);
    for (var operation : immediates(side)) {
      scene
          .call(side.executor(), () -> operation.apply(side.outcome("operation").inline()))
          .ended();
    }
    // From outside of the executor, too.
    side.read(ByteBuffer.allocate(0), side.outcome("read").inline()).ended();
    side.write(side.outcome("write").inline()).ended();
    scene.settle(side.executor());
  }

  // ---- A3.3

  private static void chain(Scene scene, Consumer<Chain> step) throws Exception {
    Side side = scene.link().client();
    long nanos = chain(scene, side, step, PROBE);
    chain(scene, side, step, affordable(scene, nanos, 30_000));
  }

  /** Returns how long it took. */
  private static long chain(Scene scene, Side side, Consumer<Chain> step, int rounds) {
    Outcome<Void> end = side.outcome("chain of operations");
    long start = System.nanoTime();
    side.run(() -> new Chain(scene, side.stream(), step, rounds, end).completed(null, 0));
    end.ended(); // that it succeeds is the matter of other rules
    return System.nanoTime() - start;
  }

  /** Returns how long a chain may be with a stream that is slow, and correct all the same. */
  private static int affordable(Scene scene, long nanosOfProbe, int most) {
    long inTime = scene.patience().toNanos() / 2 * PROBE / Math.max(1, nanosOfProbe);
    int wanted = Math.min(most, 200 * scene.environment().rounds());
    return (int) Math.min(wanted, Math.max(LEAST, inTime));
  }

  private static void chainOfBytes(Scene scene) throws Exception {
    Link link = scene.link();
    long nanos = chainOfBytes(scene, link, PROBE);
    chainOfBytes(scene, link, affordable(scene, nanos, 20_000));
  }

  private static long chainOfBytes(Scene scene, Link link, int bytes) {
    long start = System.nanoTime();
    AsyncStream from = scene.watched(link.client().raw(), "client");
    AsyncStream to = scene.watched(link.server().raw(), "server");
    Outcome<Void> written = link.client().outcome("chain of writes");
    Outcome<Void> read = link.server().outcome("chain of reads");
    new Chain(scene, from, Chain::writeOne, bytes, written).completed(null, 0);
    new Chain(scene, to, Chain::readOne, bytes, read).completed(null, 0);
    written.success();
    read.success();
    return System.nanoTime() - start;
  }

  // ---- A5 to A8

  private static void nextFromHandler(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> sent = link.client().pump(3000, scene.random());
    AsyncStream reader = scene.watched(link.server().raw(), "server");
    Outcome<Void> received = link.server().outcome("chain of reads");
    new Chain(scene, reader, Chain::readOne, 3000, received).completed(null, 0);
    sent.success();
    received.success();
  }

  private static long get(Scene scene, CompletableFuture<Long> future) throws Exception {
    return future.get(scene.environment().patience().toNanos(), TimeUnit.NANOSECONDS);
  }

  private static void futures(Scene scene) throws Exception {
    Link link = scene.link();
    AsyncStream client = link.client().raw();
    AsyncStream server = link.server().raw();
    CompletableFuture<Long> read = server.asyncReadSome(ByteBuffer.allocate(9), useFuture());
    ByteBuffer[] one = {ByteBuffer.allocate(1)};
    get(scene, client.asyncWriteSome(one, useFuture()));
    get(scene, read);
    CompletableFuture<Void> wait =
        scene.calling("wait", () -> client.asyncWait(WaitType.READ, useFuture()));
    link.settle();
    wait.cancel(true);
    wait.handle((nothing, error) -> true)
        .get(scene.environment().patience().toSeconds(), TimeUnit.SECONDS);
    server.close();
    CompletableFuture<Void> end = server.asyncTeardown(Role.SERVER, useFuture());
    scene.check(
        end.handle((nothing, error) -> error != null)
            .get(scene.environment().patience().toSeconds(), TimeUnit.SECONDS),
        "a teardown of a closed stream succeeded");
  }

  private static void blocking(Scene scene) throws Exception {
    Link link = scene.link();
    ByteBuffer[] some = {ByteBuffer.allocate(9)};
    link.client().raw().asyncWriteSome(some, useBlocking());
    link.server().raw().asyncWait(WaitType.READ, useBlocking());
    link.server().raw().asyncReadSome(ByteBuffer.allocate(20), useBlocking());
  }

  private static void deferredValues(Scene scene) throws Exception {
    Link link = scene.link();
    ByteBuffer[] some = {ByteBuffer.allocate(2)};
    Deferred<Long> write = link.client().raw().asyncWriteSome(some, deferred());
    link.settle();
    scene.check(some[0].position() == 0, "a deferred write started by itself");
    write.start(useBlocking());
  }

  private static void nulls(Scene scene) throws Exception {
    Link link = scene.link();
    AsyncStream raw = link.client().raw();
    Outcome<Void> never = link.client().outcome("refused operation");
    ByteBuffer room = ByteBuffer.allocate(1);
    ByteBuffer[] hole = {ByteBuffer.allocate(1), nothing()};
    refuses(scene, "a read without target", () -> raw.asyncReadSome(nothing(), never));
    refuses(scene, "a read without handler", () -> raw.asyncReadSome(room, (IoHandler) nothing()));
    refuses(scene, "a write without array", () -> raw.asyncWriteSome(nothing(), never));
    refuses(scene, "a write with a null buffer", () -> raw.asyncWriteSome(hole, never));
    refuses(
        scene,
        "a write without handler",
        () -> raw.asyncWriteSome(new ByteBuffer[] {room}, (IoHandler) nothing()));
    refuses(scene, "a wait without type", () -> raw.asyncWait(nothing(), never));
    refuses(scene, "a teardown without role", () -> raw.asyncTeardown(nothing(), never));
    link.settle();
    scene.check(!never.isDone(), "an operation that threw completed all the same");
    link.converse();
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // null is what is tested
  static <T> T nothing() {
    return null;
  }

  static void refuses(Scene scene, String what, Runnable call) {
    try {
      call.run();
    } catch (NullPointerException expected) {
      return;
    } catch (RuntimeException e) {
      throw scene.violation(
          scene.rule(), what + " threw something else than a NullPointerException", e);
    }
    throw scene.violation(scene.rule(), what + " did not throw a NullPointerException");
  }

  private static void readOnlyTarget(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> never = link.client().outcome("refused read");
    try {
      link.client().raw().asyncReadSome(ByteBuffer.allocate(1).asReadOnlyBuffer(), never);
    } catch (IllegalArgumentException expected) {
      link.settle();
      scene.check(!never.isDone(), "a read that threw completed all the same");
      link.converse();
      return;
    }
    throw scene.violation(scene.rule(), "a read into a read-only buffer was not refused");
  }

  private static void refusedDoesNotComplete(Scene scene) throws Exception {
    Link link = scene.link();
    Outcome<Void> first = link.server().read(1);
    Outcome<Void> second = link.server().outcome("second read");
    try {
      link.server().raw().asyncReadSome(ByteBuffer.allocate(1), second);
      return; // another rule's matter
    } catch (IllegalStateException expected) {
      link.client().writeOne();
      first.success();
      link.settle();
      scene.check(!second.isDone(), "a read that threw completed all the same");
    }
  }

  private static void signals(Scene scene, boolean bare) throws Exception {
    Link link = scene.link();
    link.server().teardown(Role.SERVER);
    Outcome<Void> eof = link.client().read(1).ended();
    link.client().close();
    Outcome<Void> closed = link.client().read(1).ended();
    Link other = scene.link();
    Outcome<Void> aborted = other.client().read(1);
    other.client().close();
    for (Outcome<Void> outcome : List.of(eof, closed, aborted.ended())) {
      @Nullable IOException error = outcome.error();
      scene.check(error != null, "%s should have failed", outcome);
      scene.check(
          !bare || error == null || error.getStackTrace().length == 0,
          "%s fails with an expected signal that carries a stack trace: %s",
          outcome,
          error);
    }
  }
}

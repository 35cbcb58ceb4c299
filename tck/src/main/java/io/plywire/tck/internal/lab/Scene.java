// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Durations;
import io.plywire.stream.StreamExecutor;
import io.plywire.tck.Rule;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckSubject;
import io.plywire.tck.TransportSubject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One run of one check: what it opens, what it notices, and the end of all that. */
public final class Scene {
  private static final int SETTLING_ROUNDS = 3;
  private static final long LOOK_AGAIN_NANOS = 1_000_000;

  private final TckSubject subject;
  private final TckEnvironment environment;
  private final Rule rule;
  private final Trace trace = new Trace();
  private final AtomicReference<@Nullable Violation> noticed = new AtomicReference<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Activity activity = new Activity();
  private final Map<StreamExecutor, AtomicInteger> livingOn = new ConcurrentHashMap<>();
  private final Conditions conditions = new Conditions();
  private @Nullable Racers racers;

  public Scene(TckSubject subject, TckEnvironment environment, Rule rule) {
    this.subject = subject;
    this.environment = environment;
    this.rule = rule;
  }

  public TckSubject subject() {
    return subject;
  }

  public TckEnvironment environment() {
    return environment;
  }

  public Rule rule() {
    return rule;
  }

  public Trace trace() {
    return trace;
  }

  public Duration patience() {
    return environment.patience();
  }

  /** Returns random numbers that are the same in every run. */
  public Random random() {
    return new Random(environment.seed());
  }

  /** Returns the number, or less of it where little is to be sent. */
  public int atMost(int bytes) {
    return Math.min(bytes, environment.bytes());
  }

  // ---- connections

  /** Opens a connection whose ends are watched. */
  public Link link() throws Exception {
    return link(opening(subject::open));
  }

  /** Opens a connection whose client resets when it is closed. */
  public Link resettingLink() throws Exception {
    Optional<StreamPair> pair = opening(() -> Optional.ofNullable(subject.openForReset()));
    return link(
        pair.orElseThrow(
            () -> new Untested("the subject gives no means to reset a connection (openForReset)")));
  }

  /**
   * Opens a connection, or what leads to one; that it can be opened is a matter of the rule P2.1,
   * if a provider does it, whatever is checked.
   */
  public <T> T opening(Callable<T> means) throws Exception {
    try {
      return means.call();
    } catch (Violation e) {
      trace.add("test", "cannot open a connection: %s", String.valueOf(e.getMessage()));
      throw e;
    } catch (ExecutionException | TimeoutException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      Rule violated = subject instanceof TransportSubject ? Rule.of("P2.1") : rule;
      throw violation(violated, "no connection could be opened", cause);
    }
  }

  public Link link(StreamPair pair) {
    Tape toServer = new Tape();
    Tape toClient = new Tape();
    Side client = new Side(this, new Witness(this, pair.client(), "client", toClient, toServer));
    Side server = new Side(this, new Witness(this, pair.server(), "server", toServer, toClient));
    livesOn(client.executor());
    livesOn(server.executor());
    return closing(new Link(client, server));
  }

  private void livesOn(StreamExecutor executor) {
    livingOn.computeIfAbsent(executor, e -> new AtomicInteger()).incrementAndGet();
  }

  /** Returns whether no other stream of the check has the executor of this one. */
  boolean livesAlone(AsyncStream stream) {
    AtomicInteger streams = livingOn.get(stream.executor());
    return streams == null || streams.get() < 2;
  }

  /** Opens a connection that nobody watches, for what a witness would keep alive. */
  public StreamPair unwatched() throws Exception {
    return opening(subject::open);
  }

  /** Watches a stream whose bytes mean something else than their place. */
  public AsyncStream watched(AsyncStream stream, String name) {
    return closing(new Witness(this, stream, name, null, null));
  }

  /** Closes something when the check is over. */
  public synchronized <C extends AutoCloseable> C closing(C what) {
    open.add(what);
    return what;
  }

  /** Closes everything; for rounds, so that they do not pile up. */
  public void closeAll() throws Exception {
    List<AutoCloseable> all;
    synchronized (this) {
      all = List.copyOf(open);
      open.clear();
    }
    livingOn.clear();
    for (AutoCloseable each : all) {
      if (each instanceof Link link) {
        link.dismiss();
      } else if (each instanceof Witness witness) {
        witness.dismiss();
      }
    }
    for (AutoCloseable each : all) {
      each.close();
    }
  }

  // ---- doing and waiting

  public <T> Outcome<T> outcome(String name) {
    return new Outcome<>(this, name);
  }

  public Racers racers() {
    if (racers == null) {
      racers = new Racers(this);
    }
    return racers;
  }

  /**
   * Returns when the executor has run what it had to run, and what that led to: after this, what
   * has not happened was not about to happen.
   */
  public void settle(StreamExecutor executor) {
    for (int i = 0; i < SETTLING_ROUNDS; i++) {
      run(executor, () -> {});
    }
  }

  /** Runs something on the executor and waits for it. */
  public void run(StreamExecutor executor, Runnable task) {
    call(
        executor,
        () -> {
          task.run();
          return true;
        });
  }

  /** Runs something on the executor and returns what it gives. */
  public <T> T call(StreamExecutor executor, Callable<T> task) {
    CountDownLatch done = new CountDownLatch(1);
    AtomicReference<@Nullable T> value = new AtomicReference<>();
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    executor.execute(
        () -> {
          try {
            value.set(task.call());
          } catch (Throwable e) {
            thrown.set(e);
          } finally {
            activity.progressed();
            done.countDown();
          }
        });
    await(done, Rule.of("A10.1"), "a task posted to " + executor + " ran");
    Throwable e = thrown.get();
    if (e instanceof Error error) {
      throw error;
    }
    T result = value.get();
    if (e != null || result == null) {
      throw violation(rule, "a task of the check failed: " + e, e);
    }
    return result;
  }

  /**
   * Does something while the executor is busy with a task of the check. Whatever hops there is
   * overtaken by all that is done, in every run.
   */
  public void whileBusy(StreamExecutor executor, Runnable what) {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch over = new CountDownLatch(1);
    executor.execute(
        () -> {
          busy.countDown();
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    try {
      await(busy, Rule.of("A10.1"), "a task posted to " + executor + " ran");
      trace.add("test", "keeps %s busy", executor.toString());
      what.run();
    } finally {
      trace.add("test", "keeps it no longer");
      over.countDown();
    }
  }

  /** Waits for as long as operations end; patience begins again with each of them. */
  boolean await(CountDownLatch latch) throws InterruptedException {
    return activity.await(latch, patience(), environment.checkLimit(), this::isSpoiled);
  }

  /** Waits for something that must happen. */
  public void await(CountDownLatch latch, Rule otherwise, String what) {
    boolean done;
    try {
      done = await(latch);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while waiting until " + what, e);
    }
    rethrow();
    if (!done) {
      throw late(
          otherwise, "it is not true within " + Durations.text(patience()) + " that " + what);
    }
  }

  /**
   * Waits for something that happens by itself, such as the end of a thread, and tells no one. It
   * is looked for again and again.
   */
  public void eventually(BooleanSupplier condition, Supplier<String> otherwise) {
    eventually(condition, rule, otherwise);
  }

  /** As above; if it does not happen in time, that violates the given rule. */
  public void eventually(BooleanSupplier condition, Rule violated, Supplier<String> otherwise) {
    eventually(patience(), condition, violated, otherwise);
  }

  /** As above, within a time that is not the kit's. */
  public void eventually(
      Duration time, BooleanSupplier condition, Rule violated, Supplier<String> otherwise) {
    long deadline = System.nanoTime() + time.toNanos();
    while (!condition.getAsBoolean()) {
      rethrow();
      if (System.nanoTime() - deadline > 0) {
        throw violation(violated, otherwise.get());
      }
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    rethrow();
  }

  // ---- what is wrong

  Activity activity() {
    return activity;
  }

  public Conditions conditions() {
    return conditions;
  }

  /** Makes a call that is not one of a watched stream, and has to return at once all the same. */
  public <T> T calling(String what, Supplier<T> call) {
    Call begun = activity.callBegins(what);
    try {
      return call.get();
    } finally {
      activity.callReturned(begun);
    }
  }

  /** Something did not happen in time: because a call blocks, or for the given reason. */
  Violation late(Rule otherwise, String what) {
    Call call = activity.callInProgressFor(patience().dividedBy(2));
    return call == null
        ? violation(otherwise, what + activity.described(trace))
        : violation(
            Rule.of(call.what().equals(Witness.CLOSE) ? "N7.4" : "A1.1"),
            "a call to " + call.what() + " does not return, and so " + what);
  }

  /** Fails unless the condition holds. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  public void check(boolean condition, String message, @Nullable Object... arguments) {
    check(rule, condition, message, arguments);
  }

  /** Fails for another rule unless the condition holds. */
  @SuppressWarnings("AnnotateFormatMethod")
  public void check(Rule other, boolean condition, String message, @Nullable Object... arguments) {
    if (!condition) {
      throw violation(other, String.format(Locale.ROOT, message, arguments));
    }
  }

  public Violation violation(Rule violated, String message) {
    return violation(violated, message, null);
  }

  public Violation violation(Rule violated, String message, @Nullable Throwable cause) {
    trace.add("test", "finds a violation of %s: %s", violated.id(), message);
    return new Violation(violated, cause == null ? message : message + ": " + cause, cause);
  }

  /** Notes a violation that was found where nothing can be thrown. The first one counts. */
  public void report(Violation violation) {
    noticed.compareAndSet(null, violation);
  }

  /** Returns whether something is wrong already. */
  public boolean isSpoiled() {
    return noticed.get() != null;
  }

  /** Throws what was noticed. */
  public void rethrow() {
    Violation violation = noticed.get();
    if (violation != null) {
      throw violation;
    }
  }

  /** Ends the scene; what comes late is noticed, too. */
  public void end() throws Exception {
    List<StreamExecutor> executors = new ArrayList<>();
    synchronized (this) {
      for (AutoCloseable each : open) {
        if (each instanceof Link link) {
          executors.add(link.client().executor());
          executors.add(link.server().executor());
        }
      }
    }
    closeAll();
    if (racers != null) {
      racers.close();
    }
    for (StreamExecutor executor : executors) {
      settle(executor);
    }
    rethrow();
  }
}

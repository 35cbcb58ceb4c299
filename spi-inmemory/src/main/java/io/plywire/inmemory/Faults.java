// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong at one end of a pipe, and a count of everything that did.
 *
 * <p>Operations are numbered from 0 in the order they start, for each kind and once more for all
 * kinds together. Only operations that do I/O have a number: none that has nothing to move, and
 * none on a closed stream. The inner reading of a teardown is not a read.
 *
 * {@snippet :
 * Faults faults = pipe.client().faults();
 * faults.fail(IoKind.WRITE, 2, new IOException("no space")); // the third write
 * faults.capReads(1); // every read gets one byte
 * Gate gate = faults.hold(IoKind.READ, 0); // the first read waits for gate.release()
 * }
 *
 * <p>Thread safety: every method may be called by any thread. What is arranged while an operation
 * is outstanding concerns the next one.
 */
public final class Faults {
  private final InMemoryStream stream;
  private final ReentrantLock lock;

  private final Map<IoKind, Counts> counts = new EnumMap<>(IoKind.class);
  private final Map<Long, Plan> plansForAny = new HashMap<>();
  private long startedInAll;
  private boolean planned;

  private volatile @Nullable IntSupplier readCap;
  private volatile @Nullable IntSupplier writeCap;
  private volatile boolean postsAlways;
  private volatile boolean records;
  private volatile long recordsSince;
  private final List<Call> calls = new ArrayList<>();

  Faults(InMemoryStream stream, ReentrantLock lock) {
    this.stream = stream;
    this.lock = lock;
    for (IoKind kind : IoKind.values()) {
      counts.put(kind, new Counts());
    }
  }

  // ---- What goes wrong ----

  /**
   * Makes an operation fail before it does anything. The pipe stays as it is, except that a
   * teardown closes its end whatever happens.
   *
   * @param kind of which kind
   * @param k which one of the kind, from 0
   * @param error what it fails with
   * @throws IllegalStateException if that operation has started already
   */
  public void fail(IoKind kind, long k, IOException error) {
    plan(kind, k, plan -> plan.failAfter(0, error));
  }

  /**
   * Makes an operation fail before it does anything, counting operations of all kinds together:
   * with 0, 1, 2, … a scenario can be sent through each of its failures.
   *
   * @param k which one, from 0
   * @param error what it fails with
   * @throws IllegalStateException if that operation has started already
   */
  public void fail(long k, IOException error) {
    lock.lock();
    try {
      checkAhead("operation", k, startedInAll);
      planned = true;
      plansForAny.computeIfAbsent(k, any -> new Plan()).failAfter(0, error);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes a write fail after it has moved some bytes, which it reports.
   *
   * @param k which write, from 0
   * @param bytes how many bytes it moves before, if the window has room for them
   * @param error what it fails with
   * @throws IllegalStateException if that write has started already
   */
  public void failWriteAfter(long k, int bytes, IOException error) {
    if (bytes < 0) {
      throw new IllegalArgumentException(bytes + " bytes cannot be moved");
    }
    plan(IoKind.WRITE, k, plan -> plan.failAfter(bytes, error));
  }

  /**
   * Holds an operation before it does anything.
   *
   * @param kind of which kind
   * @param k which one of the kind, from 0
   * @return what releases it
   * @throws IllegalStateException if that operation has started already
   */
  public Gate hold(IoKind kind, long k) {
    Gate gate = new Gate(lock);
    plan(kind, k, plan -> plan.holdBefore(gate));
    return gate;
  }

  /**
   * Holds the completion of a write whose bytes have left. Such a write cannot be cancelled with
   * {@link io.plywire.stream.CancellationType#TOTAL} any more.
   *
   * @param k which write, from 0
   * @return what releases it
   * @throws IllegalStateException if that write has started already
   */
  public Gate holdWriteCompletion(long k) {
    Gate gate = new Gate(lock);
    plan(IoKind.WRITE, k, plan -> plan.holdAfter(gate));
    return gate;
  }

  /**
   * Limits every read.
   *
   * @param most how many bytes a read gets at most
   */
  public void capReads(int most) {
    readCap = constant(most);
  }

  /**
   * Limits each read in its own way, for example by {@link #cycle} or {@link #random}.
   *
   * @param most asked by each read for how many bytes it gets at most; less than 1 counts as 1
   */
  public void capReads(IntSupplier most) {
    readCap = Objects.requireNonNull(most, "most");
  }

  /**
   * Limits every write.
   *
   * @param most how many bytes a write moves at most
   */
  public void capWrites(int most) {
    writeCap = constant(most);
  }

  /**
   * Limits each write in its own way, for example by {@link #cycle} or {@link #random}.
   *
   * @param most asked by each write for how many bytes it moves at most; less than 1 counts as 1
   */
  public void capWrites(IntSupplier most) {
    writeCap = Objects.requireNonNull(most, "most");
  }

  /**
   * Returns limits that repeat themselves.
   *
   * @param limits the limits in turn, each at least 1
   */
  public static IntSupplier cycle(int... limits) {
    int[] own = limits.clone();
    if (own.length == 0) {
      throw new IllegalArgumentException("no limits");
    }
    for (int limit : own) {
      checkCap(limit);
    }
    return new IntSupplier() {
      private int next;

      @Override
      public int getAsInt() {
        int limit = own[next];
        next = (next + 1) % own.length;
        return limit;
      }
    };
  }

  /**
   * Returns random limits, the same ones for the same seed.
   *
   * @param seed where they come from
   * @param most the greatest; the least is 1
   */
  public static IntSupplier random(long seed, int most) {
    checkCap(most);
    Random random = new Random(seed);
    return () -> 1 + random.nextInt(most);
  }

  /**
   * Breaks the connection after exactly so many bytes have entered a direction. They still arrive;
   * then, as everywhere else at once, there is only {@link io.plywire.stream.StreamError#RESET}.
   *
   * @param direction the direction, from this end
   * @param bytes how many bytes, from the beginning of the stream; at once if more have passed
   */
  public void resetAt(Direction direction, long bytes) {
    stream.cutAt(direction, Flow.Cut.RESET, bytes);
  }

  /**
   * Ends a direction after exactly so many bytes: its reader sees {@link
   * io.plywire.stream.StreamError#EOF}. Its writer knows nothing of that, writes on, and what it
   * writes vanishes.
   *
   * @param direction the direction, from this end
   * @param bytes how many bytes, from the beginning of the stream; at once if more have passed
   */
  public void endAt(Direction direction, long bytes) {
    stream.cutAt(direction, Flow.Cut.END, bytes);
  }

  /**
   * Loses the end of a direction on its way: its reader waits for ever, and a teardown there runs
   * into its bound. An end that was seen already stays seen.
   *
   * @param direction the direction, from this end
   */
  public void loseEnd(Direction direction) {
    stream.loseEnd(direction);
  }

  /**
   * Chooses how operations complete that could complete at once.
   *
   * @param always true makes every operation of this end start in a task of its own, so none
   *     completes within its initiating call, and immediate executors are never used; false, the
   *     default, lets them complete immediately
   */
  public void postAlways(boolean always) {
    postsAlways = always;
  }

  // ---- What happened ----

  /**
   * Returns how many operations have started.
   *
   * @param kind of which kind
   */
  public long started(IoKind kind) {
    return read(() -> counts(kind).started);
  }

  /** Returns how many operations of all kinds have started. */
  public long started() {
    return read(() -> startedInAll);
  }

  /**
   * Returns how many operations failed because it was arranged so.
   *
   * @param kind of which kind
   */
  public long failed(IoKind kind) {
    return read(() -> counts(kind).failed);
  }

  /**
   * Returns how often a gate held an operation.
   *
   * @param kind of which kind
   */
  public long held(IoKind kind) {
    return read(() -> counts(kind).held);
  }

  /**
   * Returns how many operations moved less because of a cap.
   *
   * @param kind of which kind
   */
  public long capped(IoKind kind) {
    return read(() -> counts(kind).capped);
  }

  /**
   * Returns how many bytes have entered a direction, without those that vanished.
   *
   * @param direction the direction, from this end
   */
  public long passed(Direction direction) {
    return stream.passed(direction);
  }

  /**
   * Returns how many bytes vanished after {@link #endAt}.
   *
   * @param direction the direction, from this end
   */
  public long vanished(Direction direction) {
    return stream.vanished(direction);
  }

  /** Starts to keep a list of {@link #calls}, empty at first. */
  public void recordCalls() {
    lock.lock();
    try {
      calls.clear();
      recordsSince = stream.executor().nanoTime();
      records = true;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the operations that have ended since {@link #recordCalls}, in the order they ended. */
  public List<Call> calls() {
    lock.lock();
    try {
      return List.copyOf(calls);
    } finally {
      lock.unlock();
    }
  }

  /**
   * An operation that has ended.
   *
   * @param kind which kind
   * @param k its number among its kind, from 0
   * @param offered how many bytes the caller's buffers offered
   * @param moved how many bytes were moved
   * @param error why it failed, or null
   * @param at when it ended, from {@link #recordCalls} on, by the clock of the executor
   */
  public record Call(
      IoKind kind, long k, long offered, long moved, @Nullable IOException error, Duration at) {}

  // ---- For the operations ----

  boolean postsAlways() {
    return postsAlways;
  }

  /** Numbers an operation and tells it what is planned for it. */
  void begin(Operation operation) {
    IoKind kind = operation.kind();
    IntSupplier cap = kind == IoKind.READ ? readCap : kind == IoKind.WRITE ? writeCap : null;
    int most = cap == null ? Integer.MAX_VALUE : Math.max(1, cap.getAsInt());
    lock.lock();
    try {
      Counts mine = counts(kind);
      long index = mine.started++;
      Plan plan = planned ? takePlan(mine.plans.remove(index), startedInAll) : null;
      startedInAll++;
      operation.index = index;
      operation.plan = plan;
      operation.most = plan == null ? most : plan.limit(most);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Plan takePlan(@Nullable Plan ofKind, long indexInAll) {
    Plan ofAny = plansForAny.remove(indexInAll);
    if (ofKind == null) {
      return ofAny;
    }
    if (ofAny != null) {
      ofKind.adopt(ofAny);
    }
    return ofKind;
  }

  /** Notes how an operation ended. */
  void end(IoKind kind, long k, long offered, long moved, @Nullable IOException error) {
    if (records) {
      Duration at = Duration.ofNanos(stream.executor().nanoTime() - recordsSince);
      Call call = new Call(kind, k, offered, moved, error, at);
      lock.lock();
      try {
        calls.add(call);
      } finally {
        lock.unlock();
      }
    }
  }

  /** Wants the lock held. */
  void countHeld(IoKind kind) {
    counts(kind).held++;
  }

  /** Wants the lock held. */
  void countCapped(IoKind kind) {
    counts(kind).capped++;
  }

  void countFailed(IoKind kind) {
    lock.lock();
    try {
      counts(kind).failed++;
    } finally {
      lock.unlock();
    }
  }

  private Counts counts(IoKind kind) {
    return Objects.requireNonNull(counts.get(kind));
  }

  private void plan(IoKind kind, long k, Consumer<Plan> change) {
    lock.lock();
    try {
      Counts mine = counts(kind);
      checkAhead(kind.method(), k, mine.started);
      planned = true;
      change.accept(mine.plans.computeIfAbsent(k, any -> new Plan()));
    } finally {
      lock.unlock();
    }
  }

  private static void checkAhead(String what, long k, long started) {
    if (k < started) {
      throw new IllegalStateException(
          what + " number " + k + " cannot be planned, " + started + " have started already");
    }
  }

  private static IntSupplier constant(int most) {
    checkCap(most);
    return () -> most;
  }

  private static void checkCap(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("a limit of " + most + " bytes would stop all progress");
    }
  }

  private long read(LongSupplier value) {
    lock.lock();
    try {
      return value.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  private static final class Counts {
    private final Map<Long, Plan> plans = new HashMap<>();
    private long started;
    private long failed;
    private long held;
    private long capped;
  }

  @Override
  public String toString() {
    return "Faults of " + stream;
  }
}

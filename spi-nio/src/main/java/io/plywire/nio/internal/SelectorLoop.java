// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.nio.NioEventLoop;
import io.plywire.spi.ConfinedBufferPool;
import io.plywire.stream.BufferPool;
import io.plywire.stream.LoopThread;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop: one thread, one selector. Knows members, tasks and timers, and lends its members
 * the memory of a system call; what they do with their channels is none of its business.
 */
public final class SelectorLoop implements NioEventLoop {
  /*
   * A turn, in this order:
   *
   *   select    wait for channels, and serve each ready one from within the selection
   *   timers    those that are due join the tasks
   *   tasks     posted here or by other threads, for a bounded time, so that channels do not starve
   *   end       members that have asked for it finish what they began in the turn
   *
   * What comes after the wait is one turn to the Flight Recorder, if that wants to know.
   *
   * Waking up. A thread that posts adds its task first and looks at mayBlock afterwards; the loop
   * sets mayBlock first and looks for tasks afterwards. So either the loop sees the task, or the
   * thread sees that it must wake the loop; the compare-and-set keeps it to one wake-up.
   *
   * Whoever owns the loop is alone in touching the fields marked "owner": its thread until the
   * end, which LoopEnd tells, and then one aftermath thread after the other.
   */

  /** How much a read or a copying write moves at once: 64 KiB, whatever layers wrap around them. */
  static final int SCRATCH_BYTES = 128 * 1024;

  private static final Logger log = LoggerFactory.getLogger(SelectorLoop.class);

  /**
   * How long tasks run in one turn. Who answers many small messages at once does so by tasks; what
   * they write in one turn leaves together, with one system call for each connection.
   */
  private static final long TASKS_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** How many tasks run between two looks at the clock. */
  private static final int TASKS_BETWEEN = 256;

  /** As much as the longest message that is received by default. */
  private static final long POOL_BYTES = 16L * 1024 * 1024;

  /** Longer delays are cut, so that differences of times do not overflow. */
  private static final Duration MAX_DELAY = Duration.ofDays(36_500);

  private static final VarHandle MAY_BLOCK;
  private static final VarHandle TURN;

  static {
    try {
      MAY_BLOCK =
          MethodHandles.lookup().findVarHandle(SelectorLoop.class, "mayBlock", boolean.class);
      TURN = MethodHandles.lookup().findVarHandle(SelectorLoop.class, "turn", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final String name;
  private final boolean everlasting;
  private final Selector selector;
  private final Thread thread;
  private final TaskInbox inbox = new TaskInbox();
  private final Consumer<SelectionKey> onReady = this::ready;
  private final LoopEnd end = new LoopEnd(this);

  private volatile @Nullable Thread owner;
  private volatile boolean mayBlock;
  private volatile boolean closing;
  private volatile boolean ended;

  // Owner only, from here on.
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>(64);
  private final TimerHeap timers = new TimerHeap();
  private final ArrayDeque<LoopMember> unfinished = new ArrayDeque<>(); // when the turn ends
  private final ByteBuffer[] gatherArray = new ByteBuffer[64];
  private @Nullable LoopMember firstMember;
  private int memberCount;
  private BufferPool pool = new ConfinedBufferPool(POOL_BYTES);
  private @Nullable ByteBuffer scratch;
  private boolean awake;
  private int turn;
  private long now = System.nanoTime();
  private @Nullable TurnRecorder recorder;
  private boolean recorded; // the turn, if it takes long
  private int channelsServed; // in the turn
  private int tasksServed;

  private SelectorLoop(
      String name, @Nullable ThreadFactory threads, boolean everlasting, Selector selector) {
    this.name = name;
    this.everlasting = everlasting;
    this.selector = selector;
    this.thread =
        threads == null
            ? daemon(name, this::run)
            : Objects.requireNonNull(threads.newThread(this::run), "thread factory gave null");
    this.owner = thread;
  }

  /**
   * Starts a loop.
   *
   * @param name names the loop and its thread
   * @param threads makes the thread, or null for a daemon
   * @param everlasting whether {@link #close} is without effect
   * @throws UncheckedIOException if the system refuses a selector
   */
  public static SelectorLoop start(
      String name, @Nullable ThreadFactory threads, boolean everlasting) {
    Selector selector;
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a selector for the event loop " + name, e);
    }
    try {
      SelectorLoop loop = new SelectorLoop(name, threads, everlasting, selector);
      loop.thread.start();
      return loop;
    } catch (RuntimeException | Error e) {
      try {
        selector.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  // ---------------------------------------------------------------- executor

  @Override
  public void execute(Runnable task) {
    Objects.requireNonNull(task, "task");
    if (isCurrent()) {
      inbox.drainTo(tasks); // what other threads posted before goes first
      tasks.addLast(task);
      return;
    }
    inbox.add(task);
    if (ended) {
      end.startAftermath();
    } else if (mayBlock && MAY_BLOCK.compareAndSet(this, true, false)) {
      selector.wakeup();
    }
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread() == owner;
  }

  @Override
  public long nanoTime() {
    return isCurrent() && !ended ? now : System.nanoTime();
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Objects.requireNonNull(task, "task");
    long nanos = (delay.compareTo(MAX_DELAY) < 0 ? delay : MAX_DELAY).toNanos();
    LoopTimer timer = new LoopTimer(this, System.nanoTime() + Math.max(0, nanos), task);
    if (nanos <= 0) {
      execute(timer);
    } else if (isCurrent()) {
      arm(timer);
    } else {
      execute(() -> arm(timer));
    }
    return timer;
  }

  @Override
  public BufferPool buffers() {
    return pool;
  }

  private void arm(LoopTimer timer) {
    if (timer.isCancelled()) {
      return;
    }
    if (ended) {
      LoopEnd.fireAfterTheEnd(this, timer);
    } else {
      timers.add(timer);
    }
  }

  /** Drops a timer that was called off; any thread. */
  void forget(LoopTimer timer) {
    if (isCurrent()) {
      timers.remove(timer);
    } else {
      execute(() -> timers.remove(timer));
    }
  }

  // ---------------------------------------------------------------- members

  /**
   * Takes a member in.
   *
   * @return false if the loop is ending; then the member must end by itself
   */
  boolean admit(LoopMember member) {
    if (closing) {
      return false;
    }
    member.nextMember = firstMember;
    if (firstMember != null) {
      firstMember.previousMember = member;
    }
    firstMember = member;
    memberCount++;
    return true;
  }

  /** Lets a member go that is in. */
  void dismiss(LoopMember member) {
    LoopMember previous = member.previousMember;
    LoopMember next = member.nextMember;
    if (previous == null) {
      firstMember = next;
    } else {
      previous.nextMember = next;
    }
    if (next != null) {
      next.previousMember = previous;
    }
    member.previousMember = null;
    member.nextMember = null;
    memberCount--;
  }

  /** Registers a channel without interest; the member attaches itself. On the loop. */
  SelectionKey register(SelectableChannel channel) throws IOException {
    try {
      return channel.register(selector, 0);
    } catch (ClosedSelectorException e) {
      throw new StreamException(StreamError.ABORTED, "the event loop " + name + " was closed", e);
    }
  }

  /** Has {@link LoopMember#endOfTurn} called at the end of this turn. */
  void atEndOfTurn(LoopMember member) {
    unfinished.addLast(member);
  }

  /** Returns the number of the current turn; it wraps around. Any thread may ask. */
  int turn() {
    return (int) TURN.getOpaque(this);
  }

  /**
   * Returns a direct buffer for use within one call, cleared; what a system call needs between it
   * and a heap buffer.
   */
  ByteBuffer scratch() {
    ByteBuffer buffer = scratch;
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(SCRATCH_BYTES);
      scratch = buffer;
    }
    return buffer.clear();
  }

  /** Returns an array for use within one call, to be left empty. */
  ByteBuffer[] gatherArray() {
    return gatherArray;
  }

  int memberCount() {
    return memberCount;
  }

  int timerCount() {
    return timers.size();
  }

  Selector selector() {
    return selector;
  }

  // ---------------------------------------------------------------- for those who watch

  /** Returns whether it waits for something to do, or is over; any thread. */
  boolean isWaiting() {
    return mayBlock || ended;
  }

  /** Returns what its thread does; any thread. */
  StackTraceElement[] stack() {
    return thread.getStackTrace();
  }

  // ---------------------------------------------------------------- turns

  private void run() {
    Throwable failure = null;
    LoopThread.enter(this);
    try {
      while (!closing) {
        runTurn();
      }
    } catch (Throwable e) {
      failure = e;
      log.error("The event loop {} failed and ends", name, e);
    }
    closing = true;
    mayBlock = false;
    awake = true;
    end.run(failure);
    LoopThread.leave(); // the thread may be somebody else's
  }

  private void runTurn() throws IOException {
    awake = false;
    select();
    if (!awake) {
      wake();
    }
    expireTimers();
    runTasks();
    endTurn();
    if (recorded && recorder != null) {
      recorder.end(name, channelsServed, tasksServed);
    }
    // An interrupt means nothing here, and would keep the selector from waiting.
    Thread.interrupted();
  }

  private void select() throws IOException {
    if (!tasks.isEmpty() || !inbox.isEmpty()) {
      selector.selectNow(onReady);
      return;
    }
    long millis = 0; // no limit
    LoopTimer timer = timers.first();
    if (timer != null) {
      long nanos = timer.deadlineNanos - System.nanoTime();
      if (nanos <= 0) {
        selector.selectNow(onReady);
        return;
      }
      millis = (nanos + 999_999) / 1_000_000; // rounded up, not to spin before the deadline
    }
    mayBlock = true;
    if (inbox.isEmpty() && !closing) {
      selector.select(onReady, millis);
    } else {
      selector.selectNow(onReady);
    }
  }

  /** Called once in a turn, as soon as the selector has let go. */
  private void wake() {
    awake = true;
    mayBlock = false;
    TURN.setOpaque(this, turn + 1); // somebody may watch
    now = System.nanoTime();
    recorded = TurnRecorder.isWanted();
    if (recorded) {
      beginRecording();
    }
  }

  private void beginRecording() {
    if (recorder == null) {
      recorder = new TurnRecorder();
    }
    channelsServed = 0;
    tasksServed = 0;
    recorder.begin();
  }

  private void ready(SelectionKey key) {
    if (!awake) {
      wake();
    }
    if (!key.isValid()) {
      return; // cancelled by a handler earlier in this turn
    }
    channelsServed++;
    try {
      ((LoopMember) key.attachment()).ready(key.readyOps());
    } catch (Throwable e) {
      log.error("A handler on event loop {} threw", name, e);
    }
  }

  private void expireTimers() {
    LoopTimer timer = timers.first();
    while (timer != null && timer.deadlineNanos - now <= 0) {
      timers.remove(timer);
      tasks.addLast(timer);
      timer = timers.first();
    }
  }

  private void runTasks() {
    inbox.drainTo(tasks);
    if (!runSomeTasks()) {
      return; // as mostly, without a look at the clock
    }
    long start = System.nanoTime();
    while (runSomeTasks() && System.nanoTime() - start < TASKS_NANOS) {
      // more of them
    }
  }

  /** Returns whether there may be more. */
  private boolean runSomeTasks() {
    for (int i = 0; i < TASKS_BETWEEN; i++) {
      Runnable task = tasks.pollFirst();
      if (task == null) {
        tasksServed += i;
        return false;
      }
      try {
        task.run();
      } catch (Throwable e) {
        log.error("A task on event loop {} threw", name, e);
      }
    }
    tasksServed += TASKS_BETWEEN;
    return true;
  }

  private void endTurn() {
    LoopMember member = unfinished.pollFirst();
    while (member != null) {
      member.endOfTurn();
      member = unfinished.pollFirst();
    }
  }

  // ---------------------------------------------------------------- end

  @Override
  public void close() {
    if (!everlasting && !closing) {
      closing = true;
      selector.wakeup();
    }
  }

  @Override
  public boolean isOpen() {
    return !closing;
  }

  @Override
  public boolean awaitTermination(Duration timeout) throws InterruptedException {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("the event loop " + name + " would wait for itself");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      return !thread.isAlive();
    }
    Duration bounded = timeout.compareTo(MAX_DELAY) < 0 ? timeout : MAX_DELAY;
    thread.join(bounded.toMillis(), bounded.toNanosPart() % 1_000_000);
    return !thread.isAlive();
  }

  /** Ends all members. */
  void endMembers(StreamException why) {
    while (firstMember != null) {
      try {
        firstMember.loopEnded(why);
      } catch (Throwable e) {
        // It has left all the same: members leave before they complete anything.
        log.error("A handler on event loop {} threw", name, e);
      }
    }
  }

  /** Runs tasks as in a turn that has no channels. */
  void runRest() {
    now = System.nanoTime();
    runTasks();
    endTurn();
  }

  /** Gives up the selector, the timers and the memory. */
  void giveUp() {
    try {
      selector.close();
    } catch (IOException e) {
      log.warn("The selector of event loop {} did not close", name, e);
    }
    for (LoopTimer timer = timers.first(); timer != null; timer = timers.first()) {
      timers.remove(timer);
      LoopEnd.fireAfterTheEnd(this, timer);
    }
    pool = new ConfinedBufferPool(0);
    scratch = null;
  }

  boolean hasTasks() {
    return !tasks.isEmpty() || hasPosted();
  }

  /** Returns whether other threads have posted something; any thread. */
  boolean hasPosted() {
    return !inbox.isEmpty();
  }

  /** Makes the calling thread the owner, after the end. */
  void own() {
    owner = Thread.currentThread();
  }

  /** Leaves the loop without an owner, which is its end if it has not ended yet. */
  void disown() {
    owner = null;
    ended = true;
  }

  /** Makes a thread that keeps neither the JVM alive nor anything of the thread that asked. */
  static Thread daemon(String name, Runnable body) {
    Thread thread = new Thread(null, body, name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(SelectorLoop.class.getClassLoader());
    return thread;
  }

  @Override
  public String toString() {
    return name;
  }
}

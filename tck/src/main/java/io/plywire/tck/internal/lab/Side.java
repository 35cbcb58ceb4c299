// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.tck.Rule;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;

/** One end of a connection, with the verbs that checks are written in. */
public final class Side {
  /** What is written at once where the size does not matter. */
  static final int CHUNK = 32 * 1024;

  private final Scene scene;
  private final Witness stream;
  private long writes;
  private long reads;

  Side(Scene scene, Witness stream) {
    this.scene = scene;
    this.stream = stream;
  }

  /** Returns the stream; what is done with it is watched. */
  public AsyncStream stream() {
    return stream;
  }

  /** Returns the stream as the subject made it. */
  public AsyncStream raw() {
    return stream.inner();
  }

  public StreamExecutor executor() {
    return stream.executor();
  }

  public String name() {
    return stream.name();
  }

  // ---- reading

  public Outcome<Void> read(int room) {
    return read(ByteBuffer.allocate(room));
  }

  public Outcome<Void> read(ByteBuffer target) {
    return read(target, outcome("read " + ++reads));
  }

  public Outcome<Void> read(ByteBuffer target, Outcome<Void> outcome) {
    stream.asyncReadSome(target, outcome);
    return outcome;
  }

  public Outcome<Void> waitReadable() {
    return waitReadable(outcome("wait"));
  }

  public Outcome<Void> waitReadable(Outcome<Void> outcome) {
    stream.asyncWait(WaitType.READ, outcome);
    return outcome;
  }

  /** Reads so many bytes, in pieces; they are checked as they come. */
  public void receive(int bytes) {
    ByteBuffer target = ByteBuffer.allocate(Math.min(bytes, CHUNK));
    int left = bytes;
    while (left > 0) {
      target.clear().limit(Math.min(left, target.capacity()));
      boolean begun = left < bytes;
      left -= (int) read(target).ended(() -> stillToCome(begun)).success();
    }
  }

  /** Returns the stream as one whose bytes nobody looks at; what else is done is watched. */
  public AsyncStream unseen() {
    return scene.watched(stream.inner(), name());
  }

  /** Fills a buffer with what comes and returns it flipped; nobody looks at the bytes. */
  public ByteBuffer receiveUnseen(ByteBuffer target) {
    AsyncStream unseen = unseen();
    while (target.hasRemaining()) {
      Outcome<Void> read = outcome("read " + ++reads);
      int position = target.position();
      int room = target.remaining();
      unseen.asyncReadSome(target, read);
      long n = read.ended(() -> stillToCome(position > 0)).success();
      ReadRules.checkCount(scene, room, n);
      ReadRules.checkPosition(scene, position, n, target);
    }
    return target.flip();
  }

  /** Returns so many bytes as they have to come next. */
  public ByteBuffer expected(int bytes) {
    return stream.in().fill(ByteBuffer.allocate(bytes), received());
  }

  /** Holds bytes that came unseen against those that have to come next. */
  public void sees(ByteBuffer bytes) {
    String wrong = stream.in().arrived(bytes);
    scene.check(Rule.of("N1.4"), wrong == null, "%s", wrong);
  }

  /** Reads some bytes that are known to come. */
  public Outcome<Void> readOrHang(ByteBuffer target) {
    return read(target).ended(() -> stillToCome(received() > 0));
  }

  /** Returns how many bytes have been read. */
  public long received() {
    return stream.in().read();
  }

  /** Returns how many bytes have been accepted. */
  public long accepted() {
    return stream.out().written();
  }

  /** Returns whether the peer has begun to end in order. */
  public boolean hasPeerEnded() {
    return stream.hasPeerEnded();
  }

  /** Returns how many bytes were accepted by the peer and have not been read. */
  public long stillToCome() {
    return stream.in().written() - stream.in().read();
  }

  /** Names the rule that is violated when a read hangs. */
  private Rule stillToCome(boolean begun) {
    if (!stream.hasAcceptedBytesToCome()) {
      return Rule.of("N2.1"); // the writer's fault
    }
    return Rule.of(begun ? "N1.4" : "N1.1");
  }

  /** Reads to the end; returns how many bytes came. */
  public long receiveAll() {
    ByteBuffer target = ByteBuffer.allocate(CHUNK);
    long total = 0;
    while (true) {
      Outcome<Void> read = read(target.clear()).ended(this::endToCome);
      if (read.error() != null) {
        read.failure(io.plywire.stream.StreamError.EOF);
        return total;
      }
      total += read.bytes();
    }
  }

  /** Names the rule that is violated when a read to the end hangs. */
  private Rule endToCome() {
    return stream.hasOnlyTheEndToCome() ? Rule.of("N4.3") : scene.rule();
  }

  // ---- writing

  /** Returns so many bytes as they have to come next. */
  public ByteBuffer next(int bytes) {
    return stream.out().next(ByteBuffer.allocate(bytes));
  }

  public ByteBuffer nextDirect(int bytes) {
    return stream.out().next(ByteBuffer.allocateDirect(bytes));
  }

  /** Lets what comes next be other than what was offered and not accepted. */
  public void turn() {
    stream.out().turn();
  }

  public Outcome<Void> write(int bytes) {
    return write(next(bytes));
  }

  public Outcome<Void> write(ByteBuffer... sources) {
    return write(outcome("write " + ++writes), sources);
  }

  public Outcome<Void> write(Outcome<Void> outcome, ByteBuffer... sources) {
    stream.asyncWriteSome(sources, outcome);
    return outcome;
  }

  /** Writes one byte, for which there is room in every fresh connection. */
  public void writeOne() {
    write(1).success();
  }

  /** Writes so many bytes, in pieces, from handler to handler. */
  public Outcome<Void> pump(int bytes) {
    return pump(bytes, (Random) null);
  }

  /** Writes so many bytes in pieces of random sizes. */
  public Outcome<Void> pump(int bytes, @org.jspecify.annotations.Nullable Random sizes) {
    Outcome<Void> done = outcome("writing of " + bytes + " bytes");
    new Pump(this, bytes, sizes, done).go();
    return done;
  }

  /** Writes so many bytes and tells the given outcome when that is done. */
  public void pump(int bytes, Outcome<Void> done) {
    new Pump(this, bytes, null, done).go();
  }

  /**
   * Writes until a write has to wait, and returns that one. The peer must not read meanwhile.
   *
   * @return a write that waits; in case of a very slow stream, one that takes its time
   */
  public Outcome<Void> fill(Side peer) {
    return fill(peer, CHUNK, bytes -> new ByteBuffer[] {nextDirect(bytes)});
  }

  /**
   * As above.
   *
   * @param most how much is written at once, at most
   * @param sources gives the next bytes, so many as it is told
   */
  public Outcome<Void> fill(Side peer, int most, IntFunction<ByteBuffer[]> sources) {
    long limit = scene.subject().windowBytes();
    int chunk = most;
    while (true) {
      Outcome<Void> write = write(sources.apply(chunk));
      for (int i = 0; i < 3 && !write.isDone(); i++) {
        settle();
        peer.settle();
      }
      if (!write.isDone()) {
        write.waits();
        return write;
      }
      chunk = (int) Math.max(64, Math.min(chunk, 4 * write.success()));
      scene.check(
          Rule.of("N11.1"),
          accepted() <= limit,
          "%s accepted %d bytes that nobody reads; the window is %d",
          name(),
          accepted(),
          limit);
    }
  }

  // ---- ending

  public Outcome<Void> teardown(Role role) {
    return teardown(role, outcome("teardown"));
  }

  public Outcome<Void> teardown(Role role, Outcome<Void> outcome) {
    stream.asyncTeardown(role, outcome);
    return outcome;
  }

  public void close() {
    stream.close();
  }

  /** The check, or a round of it, is over. */
  void dismiss() {
    stream.dismiss();
  }

  // ---- executor

  /** Returns an executor that is not that of the stream, with threads of the kit. */
  public Executor elsewhere() {
    return scene.racers().executor();
  }

  public void settle() {
    scene.settle(executor());
  }

  public void run(Runnable task) {
    scene.run(executor(), task);
  }

  public Outcome<Void> outcome(String what) {
    return scene.outcome(name() + "'s " + what);
  }

  @Override
  public String toString() {
    return name();
  }
}

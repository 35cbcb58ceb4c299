// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.tck.Rule;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The stream under test, with everything that is done with it written down and held against the
 * rules that every operation has to keep.
 */
final class Witness implements AsyncStream {
  static final String CLOSE = "close()";

  private final Scene scene;
  private final AsyncStream inner;
  private final String name;
  private final @Nullable Tape in;
  private final @Nullable Tape out;
  private final AtomicInteger pendingReads = new AtomicInteger();
  private final AtomicInteger pendingWrites = new AtomicInteger();
  private final AtomicInteger begunReads = new AtomicInteger();
  private final AtomicInteger begunWrites = new AtomicInteger();
  private volatile boolean tornDown;
  private volatile boolean endSeen;
  private volatile boolean dismissed;

  /** The tapes are null if the bytes are not those of a tape; then buffers are not looked at. */
  Witness(Scene scene, AsyncStream inner, String name, @Nullable Tape in, @Nullable Tape out) {
    this.scene = scene;
    this.inner = inner;
    this.name = name;
    this.in = in;
    this.out = out;
  }

  Scene scene() {
    return scene;
  }

  AsyncStream inner() {
    return inner;
  }

  String name() {
    return name;
  }

  Tape in() {
    return Objects.requireNonNull(in, "these bytes are not those of a tape");
  }

  Tape out() {
    return Objects.requireNonNull(out, "these bytes are not those of a tape");
  }

  /** Returns whether the other side was told that more bytes were accepted than have come. */
  boolean hasAcceptedBytesToCome() {
    return in != null && in.written() > in.read();
  }

  /** Returns whether the other side has said that it ends, and all it wrote has come. */
  boolean hasOnlyTheEndToCome() {
    return in != null && in.isEnding() && in.written() == in.read();
  }

  /** Returns whether the other side has said that it ends. */
  boolean hasPeerEnded() {
    return in != null && in.isEnding();
  }

  /** Returns whether this side has said that it ends. */
  boolean isTornDown() {
    return tornDown;
  }

  /** The check, or a round of it, is over: how operations end now is not what it looks at. */
  void dismiss() {
    dismissed = true;
  }

  boolean isDismissed() {
    return dismissed;
  }

  /** Notes with what a read has failed. */
  void sawEnd(StreamError error) {
    endSeen |= error == StreamError.EOF;
  }

  /** Returns which rule of the end it is that keeps a read from ending, or null. */
  @Nullable Rule violatedByAHangingRead() {
    if (!inner.isOpen()) {
      return null;
    }
    return endSeen ? Rule.of("N4.2") : hasOnlyTheEndToCome() ? Rule.of("N4.3") : null;
  }

  /** Returns whether an operation finds what it needs, as far as the tapes tell. */
  boolean isReadyFor(String operation) {
    return switch (operation) {
      case "read", "wait" -> hasAcceptedBytesToCome() || hasPeerEnded();
      case "write" -> out != null && out.written() == out.read();
      default -> hasPeerEnded();
    };
  }

  /** Returns what an operation that has not ended needs, for people to read. */
  String waitsFor(String operation) {
    if (!inner.isOpen()) {
      return "for nothing: its stream is closed";
    }
    return switch (operation) {
      case "read", "wait" ->
          hasAcceptedBytesToCome()
              ? "for " + (in().written() - in().read()) + " bytes that were accepted by the peer"
              : hasPeerEnded() ? "for the end, which the peer has begun" : "for the peer to write";
      case "write" -> {
        long unread = out == null ? -1 : out.written() - out.read();
        yield unread < 0
            ? "for room"
            : unread == 0
                ? "for room, though the peer has read all there was"
                : "for room: " + unread + " bytes accepted before are not read yet";
      }
      default -> hasPeerEnded() ? "for nothing: the peer has ended" : "for the peer to end";
    };
  }

  @Override
  public StreamExecutor executor() {
    return inner.executor();
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    Watched call =
        new Watched(
            this,
            "read",
            handler,
            in == null ? AnyBytes.into(target) : new ReadRules(scene, in, target));
    trace("asyncReadSome, room for %d, %s", target.remaining(), kind(target));
    call.initiate(() -> inner.asyncReadSome(target, call));
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    Watched call =
        new Watched(
            this,
            "write",
            handler,
            out == null ? AnyBytes.outOf(sources) : new WriteRules(scene, out, sources));
    trace("asyncWriteSome, %d buffers, %d bytes", sources.length, WriteRules.remaining(sources));
    call.initiate(() -> inner.asyncWriteSome(sources, call));
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    Watched call = new Watched(this, "wait", handler, new NoBytesRule(scene, "N5.1", "a wait"));
    trace("asyncWait %s", type.name());
    call.initiate(() -> inner.asyncWait(type, call));
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    Watched call =
        new Watched(this, "teardown", handler, new NoBytesRule(scene, "N8.2", "a teardown"));
    trace("asyncTeardown as %s", role.name());
    tornDown = true;
    if (out != null) {
      out.ends();
    }
    call.initiate(() -> inner.asyncTeardown(role, call));
  }

  @Override
  public void close() {
    trace("close");
    Call call = scene.activity().callBegins(CLOSE);
    try {
      inner.close();
    } catch (RuntimeException e) {
      throw scene.violation(Rule.of("N7.3"), name + "'s close() threw", e);
    } finally {
      scene.activity().callReturned(call);
    }
  }

  @Override
  public boolean isOpen() {
    return inner.isOpen();
  }

  @Override
  public <T> @Nullable T layer(Class<T> type) {
    return inner.layer(type);
  }

  @Override
  public String toString() {
    return inner.toString();
  }

  /** Returns whether no other operation of the direction is outstanding. */
  boolean begins(String operation) {
    return pending(operation).incrementAndGet() == 1;
  }

  /** Returns whether no operation of the direction has begun before this one. */
  boolean beginsFirst(String operation) {
    return (isReading(operation) ? begunReads : begunWrites).getAndIncrement() == 0;
  }

  void ended(String operation) {
    pending(operation).decrementAndGet();
  }

  boolean isOtherPending(String operation) {
    return (isReading(operation) ? pendingWrites : pendingReads).get() > 0;
  }

  private AtomicInteger pending(String operation) {
    return isReading(operation) ? pendingReads : pendingWrites;
  }

  private static boolean isReading(String operation) {
    return operation.equals("read") || operation.equals("wait");
  }

  void trace(String format, Object... arguments) {
    scene.trace().add(name, format, arguments);
  }

  private static String kind(ByteBuffer buffer) {
    return buffer.isDirect() ? "direct" : "heap";
  }
}

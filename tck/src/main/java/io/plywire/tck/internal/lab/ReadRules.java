// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.tck.Condition;
import io.plywire.tck.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a read may do to its buffer (N1). */
final class ReadRules implements OperationRules {
  private static final Rule COUNT = Rule.of("N1.1");
  private static final Rule POSITION = Rule.of("N1.2");
  private static final Rule OUTSIDE = Rule.of("N1.3");
  private static final Rule CONTENT = Rule.of("N1.4");
  private static final Rule NO_ROOM = Rule.of("N1.5");
  private static final Rule FAILED = Rule.of("N1.6");
  private static final Rule KINDS = Rule.of("N1.7");

  private static final List<Rule> OF_DATA = List.of(COUNT, POSITION, OUTSIDE, CONTENT, KINDS);
  private static final List<Rule> OF_FAILURES = List.of(FAILED, POSITION, OUTSIDE);
  private static final List<Rule> OF_NOTHING = List.of(NO_ROOM, POSITION, OUTSIDE);

  private final Scene scene;
  private final Tape tape;
  private final ByteBuffer target;
  private final int position;
  private final int limit;
  private final ByteOrder order;
  private final ByteBuffer before;

  ReadRules(Scene scene, Tape tape, ByteBuffer target) {
    this.scene = scene;
    this.tape = tape;
    this.target = target;
    this.position = target.position();
    this.limit = target.limit();
    this.order = target.order();
    this.before = ByteBuffer.allocate(target.capacity()).put(target.duplicate().clear()).flip();
  }

  @Override
  public List<Rule> lookedAt(@Nullable IOException error, long bytes) {
    return error != null ? OF_FAILURES : position == limit ? OF_NOTHING : OF_DATA;
  }

  @Override
  public Rule kinds() {
    return KINDS;
  }

  @Override
  public int buffers() {
    boolean within = position > 0 || limit < target.capacity();
    return Conditions.with(
        within ? Conditions.with(0, Condition.SLICES) : 0,
        target.isDirect() ? Condition.DIRECT : Condition.HEAP);
  }

  @Override
  public Glimpse glimpse(long bytes) {
    return Glimpse.of(tape.read(), target, position, bytes);
  }

  @Override
  public void verify(@Nullable IOException error, long bytes) {
    int room = limit - position;
    if (error != null) {
      scene.check(FAILED, bytes == 0, "a read failed and reports %d bytes: %s", bytes, error);
      scene.check(
          FAILED,
          target.position() == position,
          "a read failed and moved the position from %d to %d",
          position,
          target.position());
    } else if (room == 0) {
      scene.check(NO_ROOM, bytes == 0, "a read without room reports %d bytes", bytes);
    } else {
      checkCount(scene, room, bytes);
    }
    checkPosition(scene, position, bytes, target);
    scene.check(
        POSITION,
        target.limit() == limit && target.order() == order,
        "limit or order changed from %d, %s to %d, %s",
        limit,
        order,
        target.limit(),
        target.order());
    checkOutside(0, position);
    checkOutside(position + (int) bytes, target.capacity());
    String wrong =
        tape.arrived(target.duplicate().position(position).limit(position + (int) bytes));
    scene.check(CONTENT, wrong == null, "%s", wrong);
  }

  static void checkCount(Scene scene, int room, long bytes) {
    scene.check(
        COUNT, bytes >= 1 && bytes <= room, "a read with room for %d reports %d", room, bytes);
  }

  static void checkPosition(Scene scene, int before, long bytes, ByteBuffer target) {
    scene.check(
        POSITION,
        target.position() == before + bytes,
        "%d bytes were read and the position went from %d to %d",
        bytes,
        before,
        target.position());
  }

  private void checkOutside(int from, int to) {
    ByteBuffer now = target.duplicate().clear();
    int at = before.slice(from, to - from).mismatch(now.slice(from, to - from));
    scene.check(
        OUTSIDE,
        at < 0,
        "byte %d of the buffer was changed, outside of those read into positions %d to %d",
        from + at,
        position,
        target.position());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.tck.Condition;
import io.plywire.tck.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** What a write may do to its buffers (N2). */
final class WriteRules implements OperationRules {
  private static final Rule COUNT = Rule.of("N2.1");
  private static final Rule POSITIONS = Rule.of("N2.2");
  private static final Rule CONTENT = Rule.of("N2.3");
  private static final Rule KINDS = Rule.of("N2.4");
  private static final Rule EMPTY = Rule.of("N2.6");

  private static final List<Rule> OF_DATA = List.of(COUNT, POSITIONS, CONTENT, KINDS);
  private static final List<Rule> OF_NOTHING = List.of(EMPTY, POSITIONS, CONTENT);

  private final Scene scene;
  private final Tape tape;
  private final ByteBuffer[] sources;
  private final ByteBuffer[] before;
  private final long checksum;

  WriteRules(Scene scene, Tape tape, ByteBuffer[] sources) {
    this.scene = scene;
    this.tape = tape;
    this.sources = sources;
    this.before = new ByteBuffer[sources.length];
    for (int i = 0; i < sources.length; i++) {
      before[i] = sources[i].duplicate();
    }
    this.checksum = checksum(before);
  }

  static long remaining(ByteBuffer[] buffers) {
    long total = 0;
    for (ByteBuffer buffer : buffers) {
      total += buffer.remaining();
    }
    return total;
  }

  private static long checksum(ByteBuffer[] buffers) {
    CRC32 crc = new CRC32();
    for (ByteBuffer buffer : buffers) {
      crc.update(buffer.duplicate().clear());
    }
    return crc.getValue();
  }

  @Override
  public List<Rule> lookedAt(@Nullable IOException error, long bytes) {
    return remaining(before) == 0 ? OF_NOTHING : OF_DATA;
  }

  @Override
  public Rule kinds() {
    return KINDS;
  }

  @Override
  public int buffers() {
    int kinds = sources.length > 1 ? Conditions.with(0, Condition.SLICES) : 0;
    for (ByteBuffer source : before) {
      kinds = Conditions.with(kinds, source.isDirect() ? Condition.DIRECT : Condition.HEAP);
      if (source.isReadOnly()) {
        kinds = Conditions.with(kinds, Condition.READ_ONLY);
      }
      if (source.position() > 0 || source.limit() < source.capacity()) {
        kinds = Conditions.with(kinds, Condition.SLICES);
      }
    }
    return kinds;
  }

  @Override
  public Glimpse glimpse(long bytes) {
    for (ByteBuffer source : before) {
      if (source.hasRemaining()) {
        return Glimpse.of(tape.written(), source, source.position(), bytes);
      }
    }
    return Glimpse.of(tape.written(), ByteBuffer.allocate(0), 0, bytes);
  }

  @Override
  public void verify(@Nullable IOException error, long bytes) {
    long offered = remaining(before);
    if (offered == 0) {
      scene.check(EMPTY, bytes == 0, "an empty write reports %d bytes", bytes);
    } else {
      long least = error == null ? 1 : 0;
      scene.check(
          COUNT,
          bytes >= least && bytes <= offered,
          "a write of %d bytes reports %d",
          offered,
          bytes);
    }
    long left = bytes;
    for (int i = 0; i < sources.length; i++) {
      int expected = (int) Math.min(left, before[i].remaining());
      left -= expected;
      scene.check(
          POSITIONS,
          sources[i].position() == before[i].position() + expected
              && sources[i].limit() == before[i].limit(),
          "%d bytes were accepted, and buffer %d of %d went from %s to %s",
          bytes,
          i,
          sources.length,
          before[i],
          sources[i]);
    }
    scene.check(
        CONTENT, checksum(sources) == checksum, "the content of a source was changed by the write");
    tape.accepted(bytes);
  }
}

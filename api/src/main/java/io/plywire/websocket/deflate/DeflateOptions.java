// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.deflate;

import io.plywire.stream.Role;
import io.plywire.websocket.WebSocketOptions;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How messages are compressed, if the peer agrees: permessage-deflate (RFC 7692). Immutable; each
 * {@code with} method returns a changed copy.
 *
 * <p>The windows and the context takeover of both sides are part of what is offered and agreed on;
 * the rest is this side's own affair. A side whose window lasts from one message to the next
 * ("context takeover") compresses better and keeps memory while the connection is idle: about 270
 * KiB for a compressor and 40 KiB for a decompressor. Without it connections have none of their
 * own: those of an executor share what is needed for the messages that are under way.
 *
 * @see WebSocketOptions#withDeflate
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7692#section-7">RFC 7692 section 7</a>
 */
public final class DeflateOptions {
  /** From this length on, in bytes, messages that stand alone are compressed by default. */
  public static final int STANDALONE_THRESHOLD = 128;

  private static final DeflateOptions DEFAULTS = new DeflateOptions(new Values());

  /** The values, mutable while a copy is being made and never again. */
  private static final class Values implements Cloneable {
    DeflateEngine engine = DeflateEngine.jdk();
    int serverWindowBits = DeflateEngine.MAX_WINDOW_BITS;
    int clientWindowBits = DeflateEngine.MAX_WINDOW_BITS;
    boolean serverContextTakeover = true;
    boolean clientContextTakeover = true;
    int level = -1;
    int memoryLevel = DeflateEngine.DEFAULT_MEMORY_LEVEL;
    int threshold = -1;

    Values copy() {
      try {
        return (Values) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }

  private final Values values;

  private DeflateOptions(Values values) {
    this.values = values;
  }

  /** Returns the defaults, which stand at each method. */
  public static DeflateOptions defaults() {
    return DEFAULTS;
  }

  private DeflateOptions with(Consumer<Values> change) {
    Values copy = values.copy();
    change.accept(copy);
    return new DeflateOptions(copy);
  }

  /** Returns what compresses and decompresses. Default: {@link DeflateEngine#jdk()}. */
  public DeflateEngine engine() {
    return values.engine;
  }

  /**
   * Returns a copy with another engine.
   *
   * @param other for example one that can compress with windows below 32 KiB
   */
  public DeflateOptions withEngine(DeflateEngine other) {
    Objects.requireNonNull(other, "other");
    return with(v -> v.engine = other);
  }

  /**
   * Returns the largest window that a side may compress with, as a power of two. Default: 15, which
   * is 32 KiB.
   *
   * @param side which one
   */
  public int windowBits(Role side) {
    return side == Role.SERVER ? values.serverWindowBits : values.clientWindowBits;
  }

  /**
   * Returns a copy with another largest window of one side: our own, which saves memory here and
   * needs an {@linkplain #withEngine engine} that can do it, or the peer's, which saves memory
   * there.
   *
   * @param side whose window
   * @param bits 8 to 15
   * @throws IllegalArgumentException if the number is not in this range
   */
  public DeflateOptions withWindowBits(Role side, int bits) {
    require("window bits", bits, DeflateEngine.MIN_WINDOW_BITS, DeflateEngine.MAX_WINDOW_BITS);
    return with(
        v -> {
          if (side == Role.SERVER) {
            v.serverWindowBits = bits;
          } else {
            v.clientWindowBits = bits;
          }
        });
  }

  /**
   * Returns whether the window of a side may last from one message to the next. Default: true.
   *
   * @param side which one
   */
  public boolean contextTakeover(Role side) {
    return side == Role.SERVER ? values.serverContextTakeover : values.clientContextTakeover;
  }

  /**
   * Returns a copy with context takeover of one side on or off. Without it, a connection borrows
   * compressor and decompressor from those that its executor's connections share, for as long as a
   * message is written or read.
   *
   * @param side whose window
   * @param on whether it may last from one message to the next
   */
  public DeflateOptions withContextTakeover(Role side, boolean on) {
    return with(
        v -> {
          if (side == Role.SERVER) {
            v.serverContextTakeover = on;
          } else {
            v.clientContextTakeover = on;
          }
        });
  }

  /** Returns the level of compression, 0 to 9, or -1 for the engine's choice, the default. */
  public int level() {
    return values.level;
  }

  /**
   * Returns a copy with another level of compression.
   *
   * @param value 0 (none, fastest) to 9 (best, slowest), or -1 for the engine's choice
   * @throws IllegalArgumentException if the number is not in this range
   */
  public DeflateOptions withLevel(int value) {
    require("compression level", value, -1, 9);
    return with(v -> v.level = value);
  }

  /** Returns how much memory a compressor may use, 1 to 9. Default: 8. */
  public int memoryLevel() {
    return values.memoryLevel;
  }

  /**
   * Returns a copy with another memory level, for an {@linkplain #withEngine engine} that has them.
   *
   * @param value 1 (least) to 9
   * @throws IllegalArgumentException if the number is not in this range
   */
  public DeflateOptions withMemoryLevel(int value) {
    require("memory level", value, 1, 9);
    return with(v -> v.memoryLevel = value);
  }

  /**
   * Returns the length from which on messages are compressed, in bytes, or -1, the default. That is
   * {@value #STANDALONE_THRESHOLD} bytes for messages that stand alone, in which shorter ones save
   * next to nothing: those of a side without context takeover, and a {@link
   * io.plywire.websocket.PreparedMessage}. Messages in a window that lasts are all compressed, for
   * the shortest of them save most of their length.
   */
  public int threshold() {
    return values.threshold;
  }

  /**
   * Returns a copy that sends short messages as they are. A message that is written in parts counts
   * as long, however short its first part is.
   *
   * @param bytes the length from which on messages are compressed, 0 for all, or -1 for the default
   * @throws IllegalArgumentException if less than -1
   */
  public DeflateOptions withThreshold(int bytes) {
    require("compression threshold", bytes, -1, Integer.MAX_VALUE);
    return with(v -> v.threshold = bytes);
  }

  private static void require(String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          what + " " + value + " is not between " + min + " and " + max);
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "DeflateOptions[engine=%s, server=%d bits%s, client=%d bits%s, level=%d, memoryLevel=%d,"
            + " threshold=%d]",
        values.engine.name(),
        values.serverWindowBits,
        values.serverContextTakeover ? "" : " without takeover",
        values.clientWindowBits,
        values.clientContextTakeover ? "" : " without takeover",
        values.level,
        values.memoryLevel,
        values.threshold);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import org.jspecify.annotations.Nullable;

/**
 * The right to write to the next layer. One operation holds it, from the first byte of a frame to
 * the last at least, and one of each kind can wait for it.
 *
 * <p>The successor is chosen and becomes the holder within {@link #pass}, so the turn is never free
 * while somebody waits; it then goes on from a task of its own. Not thread-safe: confined to the
 * executor of the stream.
 */
@SuppressWarnings({
  "EnumOrdinal", // one slot for each kind, in an array: no map, no garbage
  "ReferenceEquality" // the very same operation
})
final class Turn {
  /**
   * Who comes next, by who is leaving. An operation never hands over to its own kind: pings and
   * pongs let a write go between them, and a write lets one of each other kind go between two of
   * its frames.
   */
  private static final Kind[][] ORDER = new Kind[Kind.values().length][];

  static {
    order(
        Kind.WRITE, Kind.CLOSE, Kind.KEEP_ALIVE, Kind.REPLY, Kind.AUTO_PONG, Kind.PING, Kind.PONG);
    order(
        Kind.PING, Kind.CLOSE, Kind.KEEP_ALIVE, Kind.REPLY, Kind.AUTO_PONG, Kind.PONG, Kind.WRITE);
    order(
        Kind.PONG, Kind.CLOSE, Kind.KEEP_ALIVE, Kind.REPLY, Kind.AUTO_PONG, Kind.WRITE, Kind.PING);
    order(
        Kind.KEEP_ALIVE, Kind.CLOSE, Kind.PING, Kind.PONG, Kind.REPLY, Kind.AUTO_PONG, Kind.WRITE);
    order(
        Kind.AUTO_PONG, Kind.CLOSE, Kind.KEEP_ALIVE, Kind.REPLY, Kind.PING, Kind.PONG, Kind.WRITE);
    order(
        Kind.REPLY, Kind.CLOSE, Kind.KEEP_ALIVE, Kind.AUTO_PONG, Kind.PING, Kind.PONG, Kind.WRITE);
    order(
        Kind.CLOSE, Kind.REPLY, Kind.KEEP_ALIVE, Kind.AUTO_PONG, Kind.PING, Kind.PONG, Kind.WRITE);
    order(Kind.READ);
    order(Kind.HANDSHAKE);
    order(Kind.ACCEPT);
  }

  private static void order(Kind leaving, Kind... next) {
    ORDER[leaving.ordinal()] = next;
  }

  /**
   * Whoever was passed over so often comes next, unless somebody closes. There are fewer kinds than
   * that, so the written order stands unless some of them come again and again.
   */
  private static final int PATIENCE = 8;

  private static final @Nullable Machine[] NOBODY = new Machine[Kind.values().length];

  private static final int[] NEVER = {};

  private @Nullable Machine[] waiting = NOBODY; // another array from the first one who has to wait
  private int[] passedOver = NEVER;
  private @Nullable Machine holder;

  /**
   * Takes the turn if it is free, else waits for it.
   *
   * @return whether the operation holds it now; if not, it will be resumed when it does
   */
  boolean take(Machine op) {
    if (holder == null) {
      holder = op;
      return true;
    }
    await(op);
    return false;
  }

  private void await(Machine op) {
    if (waiting == NOBODY) {
      waiting = new Machine[NOBODY.length];
      passedOver = new int[NOBODY.length];
    }
    waiting[op.kind.ordinal()] = op;
  }

  boolean isFree() {
    return holder == null;
  }

  boolean isHeldBy(Machine op) {
    return holder == op;
  }

  boolean isAwaitedBy(Machine op) {
    return waiting[op.kind.ordinal()] == op;
  }

  /** Stops waiting; returns whether the operation was waiting. */
  boolean leave(Machine op) {
    if (!isAwaitedBy(op)) {
      return false;
    }
    waiting[op.kind.ordinal()] = null;
    return true;
  }

  /** Gives the turn up for good. */
  void pass(Machine from) {
    requireHolder(from);
    holder = null;
    Machine next = next(from);
    if (next != null) {
      grant(next);
    }
  }

  /**
   * Lets one other operation go first, if any waits.
   *
   * @return whether the turn was given away; then the caller waits, and is resumed when it is back
   */
  boolean offer(Machine from) {
    requireHolder(from);
    Machine next = next(from);
    if (next == null) {
      return false;
    }
    await(from);
    grant(next);
    return true;
  }

  private @Nullable Machine next(Machine from) {
    Machine first = null;
    for (Kind kind : ORDER[from.kind.ordinal()]) {
      Machine op = waiting[kind.ordinal()];
      if (op != null && (kind == Kind.CLOSE || passedOver[kind.ordinal()] >= PATIENCE)) {
        return op;
      }
      if (first == null) {
        first = op;
      }
    }
    return first;
  }

  private void grant(Machine next) {
    waiting[next.kind.ordinal()] = null;
    for (int i = 0; i < waiting.length; i++) {
      passedOver[i] = waiting[i] == null ? 0 : passedOver[i] + 1;
    }
    holder = next;
    next.resumeLater();
  }

  private void requireHolder(Machine op) {
    if (holder != op) {
      throw new IllegalStateException(op + " does not hold the turn; " + holder + " does");
    }
  }

  @Override
  public String toString() {
    return holder == null ? "free" : "held by " + holder.kind;
  }
}

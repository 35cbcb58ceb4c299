// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a {@link SendQueue} does when a message does not fit. Every loser is told. */
public final class OverflowPolicy {
  /** The decisions, for the queue. */
  enum Kind {
    FAIL,
    DROP_NEWEST,
    DROP_OLDEST,
    CONFLATE,
    CLOSE
  }

  private static final OverflowPolicy FAIL = new OverflowPolicy(Kind.FAIL, null);
  private static final OverflowPolicy DROP_NEWEST = new OverflowPolicy(Kind.DROP_NEWEST, null);
  private static final OverflowPolicy DROP_OLDEST = new OverflowPolicy(Kind.DROP_OLDEST, null);
  private static final OverflowPolicy CONFLATE = new OverflowPolicy(Kind.CONFLATE, null);

  private final Kind kind;
  private final @Nullable CloseReason reason;

  private OverflowPolicy(Kind kind, @Nullable CloseReason reason) {
    this.kind = kind;
    this.reason = reason;
  }

  /**
   * The message is refused with {@link WebSocketError#QUEUE_FULL}: whoever sends slows down, or
   * decides.
   */
  public static OverflowPolicy fail() {
    return FAIL;
  }

  /** The message is dropped, and its handler told so with {@link WebSocketError#DROPPED}. */
  public static OverflowPolicy dropNewest() {
    return DROP_NEWEST;
  }

  /**
   * The messages that have waited longest are dropped, {@link WebSocketError#DROPPED}, until the
   * new one fits. The one that is being sent stays; a message too big for an empty queue is
   * refused.
   */
  public static OverflowPolicy dropOldest() {
    return DROP_OLDEST;
  }

  /**
   * A message takes the place of a waiting one with the same key, which is {@link
   * WebSocketError#DROPPED}, whether or not the queue is full; so of each key only the latest
   * waits. What does not fit all the same is refused with {@link WebSocketError#QUEUE_FULL}.
   */
  public static OverflowPolicy conflateByKey() {
    return CONFLATE;
  }

  /**
   * The peer is too slow: the WebSocket is closed, the message and all that wait are refused.
   *
   * @param reason what the peer is told, for example 1008 or 1013
   */
  public static OverflowPolicy close(CloseReason reason) {
    return new OverflowPolicy(Kind.CLOSE, Objects.requireNonNull(reason, "reason"));
  }

  Kind kind() {
    return kind;
  }

  CloseReason closeReason() {
    return Objects.requireNonNull(reason);
  }

  @Override
  public String toString() {
    return kind.name().toLowerCase(Locale.ROOT) + (reason == null ? "" : " " + reason);
  }
}

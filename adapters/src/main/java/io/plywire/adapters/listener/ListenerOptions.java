// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.listener;

import io.plywire.adapters.internal.CallbackThreads;
import io.plywire.websocket.OverflowPolicy;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Where a listener runs, and how much may wait to be sent. Immutable.
 *
 * @param executor runs the listener's methods and completes futures, so they may block there; must
 *     not run tasks in the thread that posts them
 * @param queuedMessages how many messages may wait or be under way, at least 1
 * @param queuedBytes how many bytes they may have together, at least 1
 * @param overflow what becomes of a message that does not fit
 */
public record ListenerOptions(
    Executor executor, int queuedMessages, long queuedBytes, OverflowPolicy overflow) {
  private static final ListenerOptions DEFAULTS =
      new ListenerOptions(
          CallbackThreads.pool(), Integer.MAX_VALUE, 16L << 20, OverflowPolicy.fail());

  /** Checks that something can be sent. */
  public ListenerOptions {
    Objects.requireNonNull(executor, "executor");
    Objects.requireNonNull(overflow, "overflow");
    if (queuedMessages < 1 || queuedBytes < 1) {
      throw new IllegalArgumentException(
          "a queue of " + queuedMessages + " messages and " + queuedBytes + " bytes is none");
    }
  }

  /**
   * Returns the defaults: a pool of daemon threads; 16 MiB, in any number of messages, and what
   * does not fit is refused.
   */
  public static ListenerOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Returns a copy with another executor.
   *
   * @param value where the listener's methods run; that of a stream is allowed for one that never
   *     blocks
   */
  public ListenerOptions withExecutor(Executor value) {
    return new ListenerOptions(value, queuedMessages, queuedBytes, overflow);
  }

  /**
   * Returns a copy with another queue.
   *
   * @param messages how many may wait or be under way
   * @param bytes how many they may have together
   * @param policy what becomes of a message that does not fit
   * @throws IllegalArgumentException if a bound is less than 1
   */
  public ListenerOptions withQueue(int messages, long bytes, OverflowPolicy policy) {
    return new ListenerOptions(executor, messages, bytes, policy);
  }
}

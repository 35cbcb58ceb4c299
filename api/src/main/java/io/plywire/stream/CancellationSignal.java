// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.util.Objects;

/**
 * Cancels one operation at a time: bind its {@linkplain #slot() slot} to a handler, start the
 * operation, and {@linkplain #emit emit}.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class CancellationSignal {
  private final CancellationSlot slot = new CancellationSlot();

  /** Makes a signal with an empty slot. */
  public CancellationSignal() {}

  /** Returns the slot to bind to a handler. */
  public CancellationSlot slot() {
    return slot;
  }

  /**
   * Asks the operation that is hung into the slot to end. Without one, or when the operation's
   * state cannot honour the type, nothing happens. The handler never runs inside this call.
   *
   * @param type how much of the operation's effect is acceptable
   */
  public void emit(CancellationType type) {
    slot.request(Objects.requireNonNull(type, "type"));
  }

  /** Asks the operation to end without a trace if it can, and to end in any case if not. */
  void end() {
    emit(CancellationType.TOTAL);
    emit(CancellationType.TERMINAL); // which nothing receives if the first request was honoured
  }
}

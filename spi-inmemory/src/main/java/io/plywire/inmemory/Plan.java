// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What shall happen to one chosen operation. */
final class Plan {
  private @Nullable IOException failure;
  private int bytesBeforeFailure;
  private @Nullable Gate before;
  private @Nullable Gate after;

  void failAfter(int bytes, IOException error) {
    failure = Objects.requireNonNull(error, "error");
    bytesBeforeFailure = bytes;
  }

  void holdBefore(Gate gate) {
    before = gate;
  }

  void holdAfter(Gate gate) {
    after = gate;
  }

  /** Takes the failure of another plan over, unless this one has its own. */
  void adopt(Plan other) {
    if (failure == null) {
      failure = other.failure;
      bytesBeforeFailure = other.bytesBeforeFailure;
    }
  }

  boolean holdsBefore(Operation operation, int id) {
    return before != null && before.holds(operation, id);
  }

  boolean holdsAfter(Operation operation, int id) {
    return after != null && after.holds(operation, id);
  }

  /** Returns the failure that leaves no room for any effect, or null. */
  @Nullable IOException failureAtOnce() {
    return bytesBeforeFailure == 0 ? failure : null;
  }

  @Nullable IOException failure() {
    return failure;
  }

  /** Returns how many bytes the operation may move. */
  int limit(int most) {
    return failure == null || bytesBeforeFailure == 0 ? most : Math.min(most, bytesBeforeFailure);
  }

  /** The operation ends; gates that still hold it do so no longer. */
  void leave() {
    if (before != null) {
      before.leave();
    }
    if (after != null) {
      after.leave();
    }
  }
}

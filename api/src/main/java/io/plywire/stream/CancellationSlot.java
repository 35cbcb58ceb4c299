// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a {@link CancellationSignal}: a handler carries it to its operation, and the
 * operation hangs itself in for as long as it can be cancelled. A slot serves one operation at a
 * time.
 *
 * <p>Thread safety: {@link #assign} and {@link #clear} belong to the operation; requests may come
 * from any thread.
 */
public final class CancellationSlot {
  /**
   * The operation's side.
   *
   * <p>The id lets an operation object be reused: a request that was emitted for an earlier use of
   * the object carries the earlier id and is recognised as stale.
   */
  @FunctionalInterface
  public interface Cancellable {
    /**
     * Asks the operation to end. Called on the emitting thread; the operation acts on its own
     * executor, and never completes inside this call.
     *
     * @param id what the operation passed to {@link #assign}
     * @param type what was asked for
     */
    void cancel(long id, CancellationType type);
  }

  private static final CancellationSlot NONE = new CancellationSlot();
  private static final VarHandle OPERATION;
  private static final VarHandle ID;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      OPERATION = lookup.findVarHandle(CancellationSlot.class, "operation", Cancellable.class);
      ID = lookup.findVarHandle(CancellationSlot.class, "id", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // Accessed through the handles above. The id is written before the operation; an emitter reads
  // the
  // operation on both sides of the id, so it never pairs one operation with the id of another.
  @SuppressWarnings("unused")
  private @Nullable Cancellable operation;

  @SuppressWarnings("unused")
  private long id;

  CancellationSlot() {}

  /** Returns the slot that is connected to no signal; assigning to it does nothing. */
  public static CancellationSlot none() {
    return NONE;
  }

  /** Returns whether a signal can ever reach this slot. */
  public boolean isConnected() {
    return this != NONE;
  }

  /**
   * Hangs an operation in.
   *
   * @param operation what receives requests from now on
   * @param operationId comes back with each request
   */
  public void assign(Cancellable operation, long operationId) {
    if (this != NONE) {
      ID.setVolatile(this, operationId);
      OPERATION.setVolatile(this, operation);
    }
  }

  /** Takes the operation out; requests are ignored from now on. */
  public void clear() {
    if (this != NONE) {
      OPERATION.setVolatile(this, null);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the very same operation, whatever it equals
  void request(CancellationType type) {
    Cancellable target = (Cancellable) OPERATION.getVolatile(this);
    while (target != null) {
      long targetId = (long) ID.getVolatile(this);
      Cancellable still = (Cancellable) OPERATION.getVolatile(this);
      if (still == target) {
        target.cancel(targetId, type);
        return;
      }
      target = still;
    }
  }
}

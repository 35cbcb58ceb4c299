// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The receiving end of a {@link CancellationSignal}: a handler carries it to its operation, and the
 * operation registers itself there for as long as it can be cancelled. A slot serves one operation
 * at a time.
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
  private static final VarHandle VERSION;

  static {
    try {
      VERSION = MethodHandles.lookup().findVarHandle(CancellationSlot.class, "version", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // One writer at a time, the operation that comes or goes; any number of emitters. The version
  // is odd while the pair is being written, and an emitter takes a pair only if the version was
  // even and the same before and after: so it never pairs one operation with the id of another.
  private @Nullable Cancellable operation;
  private long id;

  @SuppressWarnings("unused") // through the handle
  private volatile long version;

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
   * Registers an operation.
   *
   * @param operation what receives requests from now on
   * @param operationId comes back with each request
   */
  public void assign(Cancellable operation, long operationId) {
    if (this != NONE) {
      write(operation, operationId);
    }
  }

  /** Takes the operation out; requests are ignored from now on. */
  public void clear() {
    if (this != NONE) {
      write(null, 0);
    }
  }

  private void write(@Nullable Cancellable newOperation, long newId) {
    long before = version;
    VERSION.setOpaque(this, before + 1);
    VarHandle.storeStoreFence();
    operation = newOperation;
    id = newId;
    VERSION.setVolatile(this, before + 2);
  }

  void request(CancellationType type) {
    while (true) {
      long before = version;
      Cancellable target = operation;
      long targetId = id;
      VarHandle.loadLoadFence();
      if ((before & 1) == 0 && before == version) {
        if (target != null) {
          target.cancel(targetId, type);
        }
        return;
      }
      Thread.onSpinWait(); // for the few instructions that a writer takes
    }
  }
}

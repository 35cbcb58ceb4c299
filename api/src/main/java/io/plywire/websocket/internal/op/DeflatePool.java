// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import io.plywire.websocket.internal.protocol.MessageInflater;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Map;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one executor compress and decompress with for the time of a message,
 * where windows do not last longer. Used by the executor's tasks only, like its pool of buffers.
 *
 * <p>What comes back is as new before it is lent again. What is idle is bounded, and freed when
 * nobody needed it for a while, or when the last connection that ever used the pool has ended,
 * which all do when an executor ends. What is lent is its borrower's to free if it is not given
 * back.
 */
final class DeflatePool {
  /** So many of each kind are kept. A loop needs more than one where messages come in parts. */
  static final int MOST_IDLE = 16;

  /** What was idle for all of this time is freed. */
  static final Duration IDLE = Duration.ofSeconds(10);

  /** Of those executors that are in use; a pool does not refer to its executor but by a timer. */
  private static final Map<StreamExecutor, DeflatePool> POOLS = new WeakHashMap<>();

  private final IdleStack<MessageDeflater> deflaters = new IdleStack<>(MOST_IDLE);
  private final IdleStack<CompressedPayload> inflaters = new IdleStack<>(MOST_IDLE);
  private int members;
  private int lent;
  private boolean watching;

  /** Weak, since a timer may hold its executor, which would then never be forgotten. */
  private @Nullable WeakReference<StreamExecutor.Timer> timer;

  /** Returns the pool of an executor. */
  static DeflatePool of(StreamExecutor executor) {
    synchronized (POOLS) {
      return POOLS.computeIfAbsent(executor, any -> new DeflatePool());
    }
  }

  /** A connection begins to use it. */
  void join() {
    members++;
  }

  /** A connection that used it has ended. */
  void leave() {
    if (--members == 0) {
      freeAll();
    }
  }

  // ---- lending

  MessageDeflater deflater(DeflateOptions options, int windowBits) {
    MessageDeflater idle = deflaters.take(options, windowBits);
    lent++;
    return idle != null ? idle : new MessageDeflater(options, windowBits);
  }

  CompressedPayload inflater(DeflateOptions options, int windowBits) {
    CompressedPayload idle = inflaters.take(options, windowBits);
    lent++;
    return idle != null
        ? idle
        : new CompressedPayload(new MessageInflater(options.engine(), windowBits, false));
  }

  void giveBack(MessageDeflater deflater, StreamExecutor executor) {
    lent--;
    deflaters.put(deflater);
    watch(executor);
  }

  void giveBack(CompressedPayload inflater, StreamExecutor executor) {
    lent--;
    inflaters.put(inflater);
    watch(executor);
  }

  /** One that was lent is freed by its borrower. */
  void lost() {
    lent--;
  }

  // ---- time

  private void watch(StreamExecutor executor) {
    if (watching || isEmpty()) {
      return;
    }
    watching = true;
    try {
      timer = new WeakReference<>(executor.schedule(IDLE, () -> timeHasPassed(executor)));
    } catch (RuntimeException e) { // an executor that is over: nothing would ever free them
      freeAll();
    }
  }

  private void timeHasPassed(StreamExecutor executor) {
    watching = false;
    timer = null;
    deflaters.freeUntouched();
    inflaters.freeUntouched();
    watch(executor);
  }

  private void freeAll() {
    deflaters.freeAll();
    inflaters.freeAll();
    WeakReference<StreamExecutor.Timer> reference = timer;
    StreamExecutor.Timer armed = reference == null ? null : reference.get();
    timer = null;
    watching = false;
    if (armed != null) {
      armed.cancel();
    }
  }

  private boolean isEmpty() {
    return deflaters.size() + inflaters.size() == 0;
  }

  @Override
  public String toString() {
    return "DeflatePool["
        + lent
        + " lent, "
        + deflaters.size()
        + " compressors and "
        + inflaters.size()
        + " decompressors idle, "
        + members
        + " connections]";
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@link RateLimit} holds its streams to, in each direction: a rate for each of them, or one
 * for all of them together.
 *
 * {@snippet :
 * RatePolicy each = RatePolicy.perStream(Rate.perSecond(64_000), Rate.UNLIMITED);
 * RatePolicy tenant = RatePolicy.shared(Rate.perSecond(1 << 20), Rate.perSecond(1 << 20));
 * }
 *
 * <p>Thread safety: may be used by any number of streams on any threads.
 */
public final class RatePolicy {
  private final Rate reads;
  private final Rate writes;
  private final boolean shared;
  private final @Nullable TokenBucket sharedReads;
  private final @Nullable TokenBucket sharedWrites;

  private RatePolicy(Rate reads, Rate writes, boolean shared) {
    this.reads = Objects.requireNonNull(reads, "reads");
    this.writes = Objects.requireNonNull(writes, "writes");
    this.shared = shared;
    this.sharedReads = shared ? TokenBucket.of(reads, true) : null;
    this.sharedWrites = shared ? TokenBucket.of(writes, true) : null;
  }

  /**
   * Returns a policy by which each stream has rates of its own.
   *
   * @param reads what a stream may receive
   * @param writes what a stream may send
   */
  public static RatePolicy perStream(Rate reads, Rate writes) {
    return new RatePolicy(reads, writes, false);
  }

  /**
   * Returns a policy by which all its streams together keep to the rates; those of one tenant, for
   * example. Who waits longest is not always first, but nobody takes everything. Streams whose data
   * comes in the very same moment may together exceed the burst; that is made up for by waiting, so
   * the rate is kept.
   *
   * <p>The streams may be on several executors if these have the same clock, as all loops of a
   * provider do.
   *
   * @param reads what the streams may receive together
   * @param writes what the streams may send together
   */
  public static RatePolicy shared(Rate reads, Rate writes) {
    return new RatePolicy(reads, writes, true);
  }

  /** Returns what may be received. */
  public Rate reads() {
    return reads;
  }

  /** Returns what may be sent. */
  public Rate writes() {
    return writes;
  }

  /** Returns whether the streams share the rates. */
  public boolean isShared() {
    return shared;
  }

  /** Returns what counts the reads of one more stream, or null. */
  @Nullable TokenBucket readBucket() {
    return shared ? sharedReads : TokenBucket.of(reads, false);
  }

  /** Returns what counts the writes of one more stream, or null. */
  @Nullable TokenBucket writeBucket() {
    return shared ? sharedWrites : TokenBucket.of(writes, false);
  }

  @Override
  public String toString() {
    return (shared ? "shared, " : "") + "in " + reads + ", out " + writes;
  }
}

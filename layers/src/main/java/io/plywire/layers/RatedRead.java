// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The direction from the peer: reads and waits. */
final class RatedRead extends RatedOperation {
  private final @Nullable TokenBucket bucket;

  private @Nullable ByteBuffer target; // of the read that is pending; null for a wait
  private int limit; // of the target
  private boolean ready; // the stream below has data, as far as is known

  RatedRead(RatedStream stream, @Nullable TokenBucket bucket) {
    super(stream);
    this.bucket = bucket;
  }

  /**
   * Initiates a read, or a wait.
   *
   * @throws ReadPendingException if one of them is outstanding
   */
  void initiate(String operation, @Nullable ByteBuffer into, IoHandler handler) {
    claim(operation);
    target = into;
    limit = into == null ? 0 : into.limit();
    initiate(handler, stream.isOpen());
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new ReadPendingException(operation);
  }

  @Override
  protected void start() {
    ByteBuffer into = target;
    // Of what is shared, nobody is to hold a part while it waits for its peer.
    ready = bucket == null || (into != null && (!bucket.isShared() || !into.hasRemaining()));
    if (ready) {
      attempt();
    } else {
      pass();
    }
  }

  @Override
  void attempt() {
    ByteBuffer into = target;
    if (bucket == null || (into != null && !into.hasRemaining())) {
      pass();
      return;
    }
    // Nobody knows yet how much the read after a wait will ask for.
    long wanted = into == null ? Long.MAX_VALUE : into.remaining();
    long now = now();
    long allowed = bucket.allowed(wanted, now);
    if (allowed == 0) {
      delay(bucket.nanosUntilAllowed(wanted, now));
    } else if (into == null) {
      end(null, 0);
    } else {
      into.limit(into.position() + (int) allowed);
      pass();
    }
  }

  @Override
  void initiateBelow(IoHandler handler) {
    ByteBuffer into = target;
    if (into == null || !ready) {
      stream.below().asyncWait(WaitType.READ, handler);
    } else {
      stream.below().asyncReadSome(into, handler);
    }
  }

  @Override
  boolean endedBelow(@Nullable IOException error, long bytes) {
    if (!ready && error == null) {
      ready = true;
      attempt();
      return false;
    }
    if (bucket != null && bytes > 0) {
      bucket.passed(bytes, now());
    }
    return true;
  }

  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    super.ended(error, bytes);
    ByteBuffer into = target;
    target = null;
    if (into != null) {
      into.limit(limit);
    }
  }
}

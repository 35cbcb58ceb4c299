// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.stream.IoHandler;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The direction to the peer. */
final class RatedWrite extends RatedOperation {
  private static final ByteBuffer[] NONE = {};

  private final @Nullable TokenBucket bucket;

  private ByteBuffer[] sources = NONE; // of the write that is pending; those it offers below
  private @Nullable ByteBuffer cut; // one of them, of which not everything is offered
  private int limit; // of that one

  RatedWrite(RatedStream stream, @Nullable TokenBucket bucket) {
    super(stream);
    this.bucket = bucket;
  }

  /**
   * Initiates a write.
   *
   * @throws WritePendingException if one is outstanding, or a teardown
   */
  void initiate(ByteBuffer[] from, IoHandler handler) {
    claim("asyncWriteSome");
    sources = from;
    initiate(handler, stream.isOpen());
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new WritePendingException(operation);
  }

  @Override
  protected void start() {
    attempt();
  }

  @Override
  void attempt() {
    long wanted = 0;
    for (ByteBuffer source : sources) {
      wanted += source.remaining();
    }
    if (bucket == null || wanted == 0) {
      pass();
      return;
    }
    long now = now();
    long allowed = bucket.allowed(wanted, now);
    if (allowed == 0) {
      delay(bucket.nanosUntilAllowed(wanted, now));
      return;
    }
    if (allowed < wanted) {
      offerFirst(allowed);
    }
    pass();
  }

  /** Leaves only the first bytes to be seen below. */
  private void offerFirst(long bytes) {
    long left = bytes;
    int i = 0;
    while (sources[i].remaining() < left) {
      left -= sources[i].remaining();
      i++;
    }
    ByteBuffer last = sources[i];
    cut = last;
    limit = last.limit();
    last.limit(last.position() + (int) left);
    sources = Arrays.copyOf(sources, i + 1);
  }

  @Override
  void initiateBelow(IoHandler handler) {
    stream.below().asyncWriteSome(sources, handler);
  }

  @Override
  boolean endedBelow(@Nullable IOException error, long bytes) {
    if (bucket != null && bytes > 0) {
      bucket.passed(bytes, now());
    }
    return true;
  }

  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    super.ended(error, bytes);
    sources = NONE;
    ByteBuffer shortened = cut;
    if (shortened != null) {
      cut = null;
      shortened.limit(limit);
    }
  }
}

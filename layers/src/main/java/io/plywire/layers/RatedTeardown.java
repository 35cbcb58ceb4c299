// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.spi.PendingOperation;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The graceful end, in the place of a write. No rate holds it up. */
final class RatedTeardown extends RatedOperation {
  private Role role = Role.CLIENT;

  RatedTeardown(RatedStream stream) {
    super(stream);
  }

  /**
   * Initiates it.
   *
   * @throws WritePendingException if a write is outstanding, or a teardown
   */
  void initiate(Role side, IoHandler handler) {
    claim("asyncTeardown");
    role = side;
    initiate(handler, stream.isOpen());
  }

  @Override
  protected PendingOperation claimHolder() {
    return stream.writes();
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new WritePendingException(operation);
  }

  /** Before it has reached the stream below, what leaves the stream closed is all that it knows. */
  @Override
  protected boolean honours(CancellationType type) {
    return isBelow() || type == CancellationType.TERMINAL;
  }

  @Override
  protected void start() {
    stream.reads().abortDelayed("the stream is being torn down");
    pass();
  }

  @Override
  void attempt() {
    throw new IllegalStateException("a teardown is not delayed");
  }

  @Override
  void initiateBelow(IoHandler handler) {
    stream.below().asyncTeardown(role, handler);
  }

  @Override
  boolean endedBelow(@Nullable IOException error, long bytes) {
    return true;
  }

  /** However it ended, and if it has never begun: afterwards the stream is closed (N8.6). */
  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    super.ended(error, bytes);
    stream.close();
  }
}

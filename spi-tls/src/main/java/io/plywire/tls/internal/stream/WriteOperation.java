// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamException;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The write, or the teardown, of the user. A write is accepted when it is sealed, or collected to
 * be sealed with others while records are on their way.
 */
final class WriteOperation extends Operation {
  private static final String TEARDOWN = "asyncTeardown";

  private ByteBuffer @Nullable [] sources; // of the write that waits
  private long accepted; // of the write that waits
  private boolean sealed; // or why it could not be

  WriteOperation(TlsConnection connection) {
    super(connection);
  }

  @Override
  protected IllegalStateException alreadyPending(String operation) {
    return new WritePendingException(operation);
  }

  /**
   * Initiates a write.
   *
   * @throws WritePendingException if one is outstanding
   */
  void initiate(ByteBuffer[] from, IoHandler handler) {
    int id = claim("asyncWriteSome");
    boolean open = connection.isOpenForUse();
    if (connection.executor.isCurrent()) {
      start(id, from, handler, open, true);
    } else {
      handler.cancellationSlot().assign(this, id);
      connection.executor.execute(() -> start(id, from, handler, open, false));
    }
  }

  private void start(int id, ByteBuffer[] from, IoHandler handler, boolean open, boolean inCall) {
    IOException refusal = arrive(id, open);
    long total = refusal == null ? RecordSealer.remaining(from) : 0;
    if (refusal != null || total == 0) {
      complete(handler, inCall, refusal, 0);
      return;
    }
    sources = from;
    awaitIn(handler, inCall);
    Outflow outflow = connection.outflow;
    if (connection.state.writeEnd != null) {
      end(connection.state.writeEnd, 0);
    } else if (outflow.isFree()) {
      seal();
      outflow.kick();
      endSealed();
    } else if (connection.sealer.collect(from, total)) {
      end(null, total);
    } else {
      outflow.kick();
    }
    callReturns();
    connection.settle();
  }

  @Override
  protected void forgetArguments() {
    sources = null;
    accepted = 0;
    sealed = false;
  }

  /** Seals what waits, if anything does; {@link #endSealed} must follow. */
  void seal() {
    ByteBuffer[] from = sources;
    if (from == null || sealed) {
      return;
    }
    if (connection.state.writeEnd == null) {
      accepted = connection.sealer.seal(from, RecordSealer.remaining(from));
    }
    sealed = accepted > 0 || connection.state.writeEnd != null;
  }

  boolean isSealed() {
    return sealed;
  }

  /** Ends the write that was sealed, after its records were given to the next layer. */
  void endSealed() {
    if (sealed) {
      end(connection.state.writeEnd, accepted);
    }
  }

  // ---- the teardown

  /**
   * Initiates the teardown.
   *
   * @throws WritePendingException if a write is outstanding
   */
  void initiateTeardown(Role role, IoHandler handler) {
    int id = claim(TEARDOWN);
    boolean open = connection.beginEnding();
    if (connection.executor.isCurrent()) {
      startTeardown(id, role, handler, open, true);
    } else {
      handler.cancellationSlot().assign(this, id);
      connection.executor.execute(() -> startTeardown(id, role, handler, open, false));
    }
  }

  private void startTeardown(int id, Role role, IoHandler handler, boolean open, boolean inCall) {
    IOException refusal = arrive(id, open);
    if (refusal != null) {
      connection.closeNow(); // a teardown leaves the stream closed, whatever comes of it
      complete(handler, inCall, refusal, 0);
      return;
    }
    awaitIn(handler, inCall);
    connection.startTeardown(role);
    callReturns();
  }

  @Override
  protected boolean honours(CancellationType type) {
    // Whatever comes of a teardown, the stream does not stay as it was.
    return type == CancellationType.TERMINAL || !operation().equals(TEARDOWN);
  }

  @Override
  protected StreamException cancelled(CancellationType type) {
    return operation().equals(TEARDOWN) ? Teardown.cancelled(type) : super.cancelled(type);
  }

  @Override
  protected void endCancelled(CancellationType type) {
    Teardown teardown = connection.teardown();
    if (teardown != null) {
      teardown.finish(cancelled(type));
    } else {
      super.endCancelled(type);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import io.plywire.stream.IoHandler;
import io.plywire.stream.WritePendingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The write of the user. It is accepted when it is sealed, or collected to be sealed with others
 * while records are on their way.
 */
final class WriteOperation extends Operation {
  private static final ByteBuffer[] NONE = {};

  private ByteBuffer[] sources = NONE; // of the write that is pending
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
    claim("asyncWriteSome");
    sources = from;
    initiate(handler, connection.isOpenForUse());
  }

  @Override
  protected void start() {
    long total = RecordSealer.remaining(sources);
    if (total == 0) {
      end(null, 0);
      return;
    }
    Outflow outflow = connection.outflow;
    if (connection.state.writeEnd != null) {
      end(connection.state.writeEnd, 0);
    } else if (outflow.isFree()) {
      seal();
      outflow.kick();
      endSealed();
    } else if (connection.sealer.collect(sources, total)) {
      end(null, total);
    } else {
      outflow.kick();
    }
    connection.settle();
  }

  @Override
  protected void ended(@Nullable IOException error, long bytes) {
    sources = NONE;
    accepted = 0;
    sealed = false;
  }

  /** Seals what waits, if anything does; {@link #endSealed} must follow. */
  void seal() {
    if (!isWaiting() || sealed) {
      return;
    }
    if (connection.state.writeEnd == null) {
      accepted = connection.sealer.seal(sources, RecordSealer.remaining(sources));
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
}

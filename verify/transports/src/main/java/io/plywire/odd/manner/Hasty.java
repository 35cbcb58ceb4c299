// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.manner;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.WaitType;
import java.nio.ByteBuffer;

/** A deaf stream without readiness: a wait is a read without room, and ends at once. */
public final class Hasty extends Deaf {
  private static final ByteBuffer NO_ROOM = ByteBuffer.allocate(0);

  /** Promises nothing. */
  public Hasty(AsyncStream next) {
    super(next);
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    java.util.Objects.requireNonNull(type, "type");
    asyncReadSome(NO_ROOM, handler);
  }
}

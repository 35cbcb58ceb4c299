// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** What is left behind by one kind of end, and by no other. */
final class BrokenLeaks {
  private BrokenLeaks() {}

  static List<Broken> all() {
    return List.of(
        BrokenFullWindows.onSockets(
            "a teardown that ends in order leaves a descriptor",
            "N12.2",
            s -> new LeavesAfterTeardown(s, Leaks::descriptor)),
        Broken.stream(
            "a teardown that ends in order leaves a thread",
            "N12.1",
            s -> new LeavesAfterTeardown(s, Leaks::thread)),
        Broken.stream(
            "streams that were torn down stay in a registry",
            "N12.3",
            s -> new LeavesAfterTeardown(s, Leaks::registry)),
        BrokenFullWindows.onSockets(
            "a read that sees a reset leaves a descriptor", "N12.2", LeavesAfterReset::new));
  }

  private static final class LeavesAfterTeardown extends Bent {
    private final Consumer<AsyncStream> leak;

    LeavesAfterTeardown(AsyncStream inner, Consumer<AsyncStream> leak) {
      super(inner);
      this.leak = leak;
    }

    @Override
    public void asyncTeardown(Role role, IoHandler handler) {
      inner.asyncTeardown(
          role,
          handler == null
              ? null
              : new Rewired(handler) {
                @Override
                public void completed(IOException error, long bytes) {
                  if (error == null) {
                    leak.accept(LeavesAfterTeardown.this);
                  }
                  inner.completed(error, bytes);
                }
              });
    }
  }

  private static final class LeavesAfterReset extends Bent {
    LeavesAfterReset(AsyncStream inner) {
      super(inner);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      inner.asyncReadSome(
          target,
          handler == null
              ? null
              : Rewired.error(
                  handler,
                  e -> {
                    if (Rewired.is(e, StreamError.RESET)) {
                      Leaks.descriptor(this);
                    }
                    return e;
                  }));
    }
  }
}

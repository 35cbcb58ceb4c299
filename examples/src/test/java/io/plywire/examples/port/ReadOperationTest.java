// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadOperationTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final CancellationSignal signal = new CancellationSignal();
  private final FakePort port = new FakePort();
  private final ReadOperation reading = new ReadOperation(executor, port);
  private final ByteBuffer target = ByteBuffer.allocate(8);
  private final List<String> said = new ArrayList<>();

  private final IoHandler handler =
      IoHandler.bindCancellationSlot(
          signal.slot(),
          (error, bytes) ->
              said.add(error == null ? "" + bytes : ((StreamException) error).error().name()));

  private static final class FakePort implements Port {
    private boolean open = true;
    private @Nullable ByteBuffer content;
    private boolean ended;

    @Override
    public void close() {
      open = false;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public boolean isReadable() {
      return ended || content != null;
    }

    @Override
    public int read(ByteBuffer target) {
      if (content == null) {
        return -1;
      }
      int n = content.remaining();
      target.put(content);
      content = null;
      return n;
    }

    @Override
    public String toString() {
      return "a port";
    }
  }

  private void arrives(int bytes) {
    port.content = ByteBuffer.allocate(bytes);
    executor.execute(reading::readable);
    executor.runUntilIdle();
  }

  @Test
  void readGetsWhatIsThereOrWaitsForIt() {
    reading.initiate("asyncReadSome", target, handler);
    executor.runUntilIdle();
    assertThat(said).isEmpty();
    arrives(3);
    arrives(2); // nobody wants it yet
    reading.initiate("asyncWait", null, handler);
    executor.runUntilIdle();
    reading.initiate("asyncReadSome", target, handler);
    executor.runUntilIdle();
    assertThat(said).containsExactly("3", "0", "2");
  }

  @Test
  void secondReadIsRefused() {
    reading.initiate("asyncWait", null, handler);
    assertThatThrownBy(() -> reading.initiate("asyncReadSome", target, handler))
        .isInstanceOf(ReadPendingException.class)
        .hasMessageContaining("asyncWait");
  }

  @Test
  void cancelledReadLosesNothing() {
    reading.initiate("asyncReadSome", target, handler);
    executor.runUntilIdle();
    signal.emit(CancellationType.TOTAL);
    executor.runUntilIdle();
    arrives(4);
    reading.initiate("asyncReadSome", target, handler);
    executor.runUntilIdle();
    assertThat(said).containsExactly("ABORTED", "4");
  }

  @Test
  void endAndClose() {
    port.ended = true;
    reading.initiate("asyncReadSome", target, handler);
    executor.runUntilIdle();
    reading.initiate("asyncReadSome", target, handler);
    port.open = false;
    executor.runUntilIdle();
    reading.initiate("asyncReadSome", target, handler);
    executor.runUntilIdle();
    assertThat(said).containsExactly("EOF", "ABORTED", "CLOSED");
  }
}

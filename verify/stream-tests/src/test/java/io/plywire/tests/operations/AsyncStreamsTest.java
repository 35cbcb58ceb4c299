// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.stream.AsyncStreams;
import io.plywire.stream.CancellationType;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.tests.support.Recorded;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncStreamsTest {
  private final ManualExecutor executor = new ManualExecutor();

  private static ByteBuffer[] sources() {
    return new ByteBuffer[] {
      ByteBuffer.wrap("Hello, ".getBytes()),
      ByteBuffer.allocate(0),
      ByteBuffer.wrap("world".getBytes()).asReadOnlyBuffer()
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void allBytesGoThroughAPipeOfAnyWidth(int window) {
    InMemoryPipe pipe = InMemoryPipe.builder(executor).windowBytes(window).build();
    Recorded<Long> write = new Recorded<>("writeAll");
    Recorded<Long> read = new Recorded<>("readFully");
    ByteBuffer target = ByteBuffer.allocate(12);
    AsyncStreams.writeAll(pipe.client(), sources(), Recorded.io(write));
    AsyncStreams.readFully(pipe.server(), target, Recorded.io(read));
    write.assertPending();
    executor.runUntilIdle();
    assertThat(write.result()).isEqualTo(12);
    assertThat(read.result()).isEqualTo(12);
    assertThat(new String(target.array())).isEqualTo("Hello, world");
  }

  @Test
  void errorComesWithTheBytesBeforeIt() {
    InMemoryPipe pipe = InMemoryPipe.create(executor);
    Recorded<Long> read = new Recorded<>("readFully");
    AsyncStreams.readFully(pipe.server(), ByteBuffer.allocate(20), Recorded.io(read));
    AsyncStreams.writeAll(pipe.client(), sources(), Recorded.io(new Recorded<>("writeAll")));
    executor.runUntilIdle();
    pipe.client().close();
    executor.runUntilIdle();
    read.assertFailed(StreamError.EOF);
    assertThat(read.value()).isEqualTo(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERMINAL", "PARTIAL", "TOTAL"})
  void cancellationEndsItWithWhatWasMoved(CancellationType type) {
    InMemoryPipe pipe = InMemoryPipe.builder(executor).windowBytes(5).build();
    Recorded<Long> write = new Recorded<>("writeAll");
    AsyncStreams.writeAll(pipe.client(), sources(), Recorded.io(write));
    executor.runUntilIdle();
    write.assertPending();
    write.cancel(type);
    write.assertPending();
    executor.runUntilIdle();
    assertThat(write.assertFailed(StreamError.ABORTED).cancellation()).isEqualTo(type);
    assertThat(write.value()).isEqualTo(5);
  }

  @Test
  void nothingToMoveCompletesAtOnceAndNotInsideTheCall() {
    InMemoryPipe pipe = InMemoryPipe.create(executor);
    Recorded<Long> posted = new Recorded<>("posted");
    AsyncStreams.writeAll(pipe.client(), new ByteBuffer[0], Recorded.io(posted));
    posted.assertPending();
    executor.runUntilIdle();
    assertThat(posted.result()).isZero();
  }

  @Test
  void inlineHandlerRunsInsideTheCallWhenThereIsNoNeedToWait() {
    InMemoryPipe pipe = InMemoryPipe.create(executor);
    Recorded<Long> inline = new Recorded<>("inline");
    executor.execute(
        () -> {
          AsyncStreams.writeAll(
              pipe.client(),
              sources(),
              IoHandler.bindImmediateExecutor(InlineExecutor.instance(), Recorded.io(inline)));
          assertThat(inline.isDone()).isTrue();
        });
    executor.runUntilIdle();
    assertThat(inline.result()).isEqualTo(12);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.CompletionStream;
import io.plywire.spi.TeardownLimits;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Role;
import io.plywire.stream.WaitType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What lies between a medium that completes later and the skeleton of streams. */
class CompletionStreamTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final Device device = new Device();
  private final Said said = new Said();
  private final ByteBuffer target = ByteBuffer.allocate(6);

  /** Starts what it is told, and completes when the test says so. */
  private final class Device extends CompletionStream {
    private final List<String> calls = new ArrayList<>();
    private final StringBuilder sent = new StringBuilder();
    private @Nullable ByteBuffer reading;
    private @Nullable ByteBuffer writing;
    private @Nullable Completion read;
    private @Nullable Completion write;
    private @Nullable IOException refusal;

    Device() {
      super(executor, TeardownLimits.defaults(), 8);
    }

    @Override
    protected void beginRead(ByteBuffer into, Completion completion) throws IOException {
      if (refusal != null) {
        throw refusal;
      }
      assertThat(read).as("one at a time").isNull();
      assertThat(into.remaining()).isEqualTo(8);
      reading = into;
      read = completion;
    }

    @Override
    protected void beginWrite(ByteBuffer source, Completion completion) throws IOException {
      if (refusal != null) {
        throw refusal;
      }
      assertThat(write).as("one at a time").isNull();
      writing = source;
      write = completion;
    }

    void comes(String bytes) {
      Completion completion = Objects.requireNonNull(read);
      Objects.requireNonNull(reading).put(bytes.getBytes(StandardCharsets.US_ASCII));
      read = null;
      completion.completed(bytes.length());
      executor.runUntilIdle();
    }

    void ends() {
      Completion completion = Objects.requireNonNull(read);
      read = null;
      completion.completed(-1, null); // as a channel of the JDK calls it
      executor.runUntilIdle();
    }

    void takes(int bytes) {
      ByteBuffer source = Objects.requireNonNull(writing);
      Completion completion = Objects.requireNonNull(write);
      for (int i = 0; i < bytes; i++) {
        sent.append((char) source.get(source.position() + i)); // does not move the position
      }
      write = null;
      completion.completed(bytes);
      executor.runUntilIdle();
    }

    void readFails() {
      Completion completion = Objects.requireNonNull(read);
      read = null;
      completion.failed(new IOException("unplugged"), null);
      executor.runUntilIdle();
    }

    void writeFails() {
      Completion completion = Objects.requireNonNull(write);
      write = null;
      completion.failed(new IllegalStateException("unplugged"));
      executor.runUntilIdle();
    }

    @Override
    protected void shutdownOutput() {
      calls.add("goodbye");
    }

    @Override
    protected void closeNow() {
      calls.add("closed");
      if (read != null) {
        read.failed(new IOException("closed"));
      }
      if (write != null) {
        write.failed(new IOException("closed"));
      }
    }

    @Override
    public String toString() {
      return "device";
    }
  }

  @AfterEach
  void nothingIsLeft() {
    device.close();
    executor.runUntilIdle();
    assertThat(executor.pendingTimers()).isZero();
    assertThat(executor.buffers().outstanding()).isZero();
  }

  private void read(String name) {
    device.asyncReadSome(target.clear(), said.by(name));
    executor.runUntilIdle();
  }

  private void write(String bytes, String name) {
    ByteBuffer source = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.US_ASCII));
    device.asyncWriteSome(new ByteBuffer[] {source}, said.by(name));
    executor.runUntilIdle();
  }

  @Test
  void nothingIsReadBeforeSomebodyWants() {
    executor.runUntilIdle();
    assertThat(device.read).isNull();
    read("read");
    device.comes("12345678");
    assertThat(device.read).as("nobody wants more").isNull();
    read("rest");
    assertThat(executor.buffers().outstanding()).isZero();
    assertThat(device.read).isNull();
    device.asyncWait(WaitType.READ, said.by("wait"));
    executor.runUntilIdle();
    device.comes("9");
    read("last");
    assertThat(said.all).containsExactly("read 6", "rest 2", "wait 0", "last 1");
    assertThat(target.get(0)).isEqualTo((byte) '9');
  }

  @ParameterizedTest
  @EnumSource
  void cancelledReadLosesNothingAndTouchesNothing(CancellationType type) {
    read("read");
    said.signal.emit(type);
    executor.runUntilIdle();
    device.comes("abc");
    assertThat(target.array()).containsOnly(0);
    read("next");
    assertThat(said.all).containsExactly("read cancelled " + type, "next 3");
  }

  @ParameterizedTest
  @EnumSource
  void cancelledWriteIsNotSent(CancellationType type) {
    write("accepted", "first");
    write("not sent", "second");
    said.signal.emit(type);
    executor.runUntilIdle();
    device.takes(8);
    assertThat(device.write).isNull();
    write("sent", "third");
    device.takes(4);
    assertThat(device.sent).hasToString("acceptedsent");
    assertThat(said.all).containsExactly("first 8", "second cancelled " + type, "third 4");
  }

  @Test
  void shortWritesOfTheMediumAreGoneOnWith() {
    write("0123456789", "first");
    write("rest", "second");
    device.takes(3);
    device.takes(4);
    assertThat(said.all).as("the buffer is not free").containsExactly("first 8");
    device.takes(1);
    assertThat(said.all).containsExactly("first 8", "second 4");
    device.takes(4);
    assertThat(device.sent).hasToString("01234567rest");
  }

  @Test
  void emptyReadOfTheMediumIsRepeated() {
    read("read");
    device.comes("");
    device.comes("a");
    assertThat(said.all).containsExactly("read 1");
  }

  @Test
  void endIsReadAgain() {
    read("read");
    device.ends();
    read("read");
    device.asyncWait(WaitType.READ, said.by("wait"));
    write("a", "write");
    assertThat(said.all).containsExactly("read EOF", "read EOF", "wait 0", "write 1");
  }

  @Test
  void lossOfTheReadEndsTheWriteThatWaits() {
    write("accepted", "write");
    write("more", "write");
    read("read");
    device.readFails();
    assertThat(said.all).containsExactlyInAnyOrder("write 8", "write RESET", "read RESET");
  }

  @Test
  void lossOfTheWriteLeavesToReadWhatArrives() {
    write("accepted", "write");
    write("more", "write");
    read("read");
    device.writeFails();
    assertThat(said.all).containsExactly("write 8", "write RESET");
    device.comes("last");
    read("read");
    device.ends();
    write("a", "write");
    assertThat(said.all)
        .as("an end after the loss is none")
        .containsExactly("write 8", "write RESET", "read 4", "read RESET", "write RESET");
  }

  /** A reset is told to one of the two; the other one learns that the stream has ended. */
  @Test
  void endWhileAWriteIsUnderWayIsNotBelievedAtOnce() {
    write("accepted", "write");
    read("read");
    device.ends();
    assertThat(said.all).containsExactly("write 8");
    device.writeFails();
    assertThat(said.all).containsExactly("write 8", "read RESET");
  }

  @Test
  void endIsBelievedOnceTheWriteIsDoneOrAfterAWhile() {
    for (boolean done : new boolean[] {true, false}) {
      Device other = new Device();
      said.all.clear();
      other.asyncWriteSome(new ByteBuffer[] {ByteBuffer.allocate(3)}, said.deaf("write"));
      other.asyncReadSome(target.clear(), said.deaf("read"));
      executor.runUntilIdle();
      other.ends();
      if (done) {
        other.takes(3);
      } else {
        assertThat(said.all).containsExactly("write 3");
        executor.advance(Duration.ofMillis(500));
      }
      assertThat(said.all).containsExactly("write 3", "read EOF");
      other.close();
      executor.runUntilIdle();
    }
  }

  @Test
  void closeInDoubtLeavesNoTimer() {
    write("accepted", "write");
    read("read");
    device.ends();
    device.close();
    executor.runUntilIdle();
    assertThat(executor.pendingTimers()).isZero();
    assertThat(said.all).containsExactly("write 8", "read ABORTED");
  }

  @Test
  void mediumThatRefusesToStartHasBroken() {
    device.refusal = new IOException("unplugged");
    write("accepted", "write");
    read("read");
    write("a", "write");
    assertThat(said.all).containsExactly("write 8", "read RESET", "write RESET");
  }

  @Test
  void buffersThatTheMediumHasComeBackAfterTheClose() {
    read("read");
    write("accepted", "write");
    assertThat(executor.buffers().outstanding()).isEqualTo(2);
    device.close();
    executor.runUntilIdle();
    assertThat(executor.buffers().outstanding()).isZero();
  }

  @Test
  void contentThatNobodyReadComesBackAfterTheClose() {
    device.asyncWait(WaitType.READ, said.by("wait"));
    executor.runUntilIdle();
    device.comes("abc");
    assertThat(executor.buffers().outstanding()).isEqualTo(1);
    device.close();
    executor.runUntilIdle();
    assertThat(executor.buffers().outstanding()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void teardownFlushesAndDrains(Role role) {
    write("accepted", "write");
    device.asyncTeardown(role, said.by("teardown"));
    executor.runUntilIdle();
    device.comes("unwanted");
    assertThat(device.calls).isEmpty();
    device.takes(5);
    assertThat(device.calls).isEmpty();
    device.takes(3);
    assertThat(device.calls.contains("goodbye")).isEqualTo(role == Role.SERVER);
    device.comes("more");
    device.ends();
    assertThat(device.calls).containsExactly("goodbye", "closed");
    assertThat(said.all).containsExactly("write 8", "teardown 0");
  }

  @Test
  void lossOfWhatWasAcceptedFailsTheTeardown() {
    write("accepted", "write");
    device.asyncTeardown(Role.SERVER, said.by("teardown"));
    executor.runUntilIdle();
    device.writeFails();
    assertThat(said.all).containsExactly("write 8", "teardown RESET");
    assertThat(device.calls).containsExactly("closed");
  }

  @Test
  void buffersNeedRoom() {
    assertThatThrownBy(
            () ->
                new CompletionStream(executor, TeardownLimits.defaults(), 0) {
                  @Override
                  protected void beginRead(ByteBuffer into, Completion completion) {}

                  @Override
                  protected void beginWrite(ByteBuffer source, Completion completion) {}

                  @Override
                  protected void shutdownOutput() {}

                  @Override
                  protected void closeNow() {}

                  @Override
                  public String toString() {
                    return "none";
                  }
                })
        .isInstanceOf(IllegalArgumentException.class);
  }
}

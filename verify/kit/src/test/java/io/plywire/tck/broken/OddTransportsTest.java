// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.spi.Trait;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.stream.WaitType;
import io.plywire.tck.CheckResult;
import io.plywire.tck.CheckResult.Status;
import io.plywire.tck.StreamPair;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckReport;
import io.plywire.tck.TckRun;
import io.plywire.tck.TckSubject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transports that are odd and correct are not blamed for it. */
class OddTransportsTest {
  private static final TckEnvironment ENVIRONMENT =
      new TckEnvironment(Duration.ofSeconds(10), 20, 8 << 10, 20, 1);

  static List<TckSubject> odd() {
    InMemoryLoop one = new InMemoryLoop("tck-odd");
    Supplier<StreamExecutor> shared = () -> one;
    return List.of(
        pipes("one byte at a time", shared, 1000, OddTransportsTest::oneByte),
        pipes("a window of one byte", shared, 1, stream -> {}),
        pipes("never immediate", shared, 64 << 10, stream -> stream.faults().postAlways(true)),
        pipes("both ends on one loop", shared, 64 << 10, stream -> {}),
        pipes("an executor of its own on four threads", Strand::new, 64 << 10, stream -> {}),
        Subjects.pipe("the pipe itself, which can reset", stream -> stream),
        terminalOnly(),
        Subjects.pipe("slow", Slow::new),
        Subjects.pipe("always through its executor twice", TwoHops::new),
        new ThreadPerStream());
  }

  @ParameterizedTest
  @MethodSource("odd")
  void conforms(TckSubject subject) {
    TckReport report = TckRun.of(subject).environment(ENVIRONMENT).run();

    assertThat(report.violatedRules()).as(report.text()).isEmpty();
    assertThat(report.isOk()).isTrue();
  }

  /** It is the only one here for which the rule says anything. */
  @Test
  void typesThatAreNotPromisedAreIgnored() {
    TckReport report =
        TckRun.of(terminalOnly()).environment(ENVIRONMENT).rules(Set.of("N6.4")).run();

    assertThat(report.results()).extracting(CheckResult::status).containsExactly(Status.PASSED);
  }

  static TckSubject terminalOnly() {
    return Subjects.pipe(
        "no cancellation but TERMINAL",
        64 << 10,
        EnumSet.of(Trait.READINESS, Trait.HALF_CLOSE),
        TerminalOnly::new);
  }

  private static void oneByte(InMemoryStream stream) {
    stream.faults().capReads(1);
    stream.faults().capWrites(1);
  }

  private static TckSubject pipes(
      String name,
      Supplier<StreamExecutor> executors,
      int window,
      Consumer<InMemoryStream> oddity) {
    return new TckSubject() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public StreamPair open() {
        InMemoryPipe pipe =
            InMemoryPipe.builder(executors.get(), executors.get()).windowBytes(window).build();
        oddity.accept(pipe.client());
        oddity.accept(pipe.server());
        return new StreamPair(pipe.client(), pipe.server());
      }

      @Override
      public Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }

  private static final class TerminalOnly extends Bent {
    TerminalOnly(AsyncStream inner) {
      super(inner);
    }

    private static IoHandler deaf(IoHandler handler) {
      return Rewired.cancelling(
          Rewired.cancelling(handler, CancellationType.TOTAL, null),
          CancellationType.PARTIAL,
          null);
    }

    @Override
    public void asyncReadSome(ByteBuffer target, IoHandler handler) {
      inner.asyncReadSome(target, handler == null ? null : deaf(handler));
    }

    @Override
    public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
      inner.asyncWriteSome(sources, handler == null ? null : deaf(handler));
    }

    @Override
    public void asyncWait(WaitType type, IoHandler handler) {
      inner.asyncWait(type, handler == null ? null : deaf(handler));
    }
  }

  /** Every completion takes one more turn of the executor, and the next one waits for that. */
  private static final class TwoHops extends Late {
    TwoHops(AsyncStream inner) {
      super(inner, (executor, task) -> executor.execute(task));
    }
  }

  /** Every completion takes half a millisecond. */
  private static final class Slow extends Late {
    Slow(AsyncStream inner) {
      super(inner, (executor, task) -> executor.schedule(Duration.ofNanos(500_000), task));
    }
  }

  /** Each end has a thread, which ends with it. */
  private static final class ThreadPerStream implements TckSubject {
    @Override
    public String name() {
      return "a thread for each stream";
    }

    @Override
    public StreamPair open() {
      InMemoryLoop client = new InMemoryLoop("tck-client");
      InMemoryLoop server = new InMemoryLoop("tck-server");
      InMemoryPipe pipe = InMemoryPipe.create(client, server);
      return new StreamPair(new Ending(pipe.client(), client), new Ending(pipe.server(), server));
    }

    @Override
    public Set<Trait> traits() {
      return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
    }

    @Override
    public String toString() {
      return name();
    }
  }

  private static final class Ending extends Bent {
    private final InMemoryLoop loop;

    Ending(AsyncStream inner, InMemoryLoop loop) {
      super(inner);
      this.loop = loop;
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
                  loop.close();
                  inner.completed(error, bytes);
                }
              });
    }

    @Override
    public void close() {
      inner.close();
      loop.close();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.InMemoryPipe;
import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.CompletionAcceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Accepting, as every acceptor on the skeleton does it. */
class CompletionAcceptorTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final Line line = new Line();
  private final CancellationSignal signal = new CancellationSignal();
  private final List<String> said = new ArrayList<>();

  private record Call(String name, List<String> said) implements Closeable {
    @Override
    public void close() {
      said.add(name + " closed");
    }
  }

  private final class Line extends CompletionAcceptor<Call> {
    private @Nullable CompletionHandler<Call, @Nullable Object> asked;
    private StreamExecutor home = CompletionAcceptorTest.this.executor;
    private @Nullable IOException refusal;
    private boolean spoiled;

    Line() {
      super(CompletionAcceptorTest.this.executor, Endpoint.parse("ws+line://a:1/"));
    }

    @Override
    protected StreamExecutor home() {
      return home;
    }

    @Override
    protected void beginAccept(CompletionHandler<Call, @Nullable Object> completion)
        throws IOException {
      if (refusal != null) {
        throw refusal;
      }
      assertThat(asked).as("one at a time").isNull();
      asked = completion;
    }

    @Override
    protected AsyncStream open(Call connection, StreamExecutor on) throws IOException {
      assertThat(on.isCurrent()).isTrue();
      if (spoiled) {
        throw new IOException("hung up");
      }
      said.add("opened " + connection.name());
      return InMemoryPipe.create(on).client();
    }

    @Override
    protected void closeNow() throws IOException {
      said.add("stopped");
      throw new IOException("on purpose");
    }

    void comes(String name) {
      CompletionHandler<Call, @Nullable Object> whom = Objects.requireNonNull(asked);
      asked = null;
      whom.completed(new Call(name, said), null);
      CompletionAcceptorTest.this.executor.runUntilIdle();
    }

    void fails() {
      CompletionHandler<Call, @Nullable Object> whom = Objects.requireNonNull(asked);
      asked = null;
      whom.failed(new IOException("no descriptors"), null);
      CompletionAcceptorTest.this.executor.runUntilIdle();
    }
  }

  private void accept() {
    line.asyncAccept(
        Handler.bindCancellationSlot(
            signal.slot(),
            (error, stream) -> said.add(error == null ? "accepted" : Said.text(error))));
    executor.runUntilIdle();
  }

  @AfterEach
  void nothingIsLeft() {
    line.close();
    executor.runUntilIdle();
    executor.advance(Duration.ofSeconds(5));
    assertThat(executor.pendingTimers()).isZero();
  }

  @Test
  void connectionsAreAskedForWhenSomebodyWantsOne() {
    assertThat(line.asked).isNull();
    accept();
    line.comes("A");
    assertThat(line.asked).isNull();
    accept();
    line.comes("B");
    assertThat(said).containsExactly("opened A", "accepted", "opened B", "accepted");
    assertThat(line.localEndpoint().port()).isEqualTo(1);
  }

  @Test
  void secondAcceptIsRefused() {
    accept();
    assertThatThrownBy(this::accept)
        .isInstanceOf(ReadPendingException.class)
        .hasMessageContaining("asyncAccept");
    line.comes("A");
    assertThat(said).containsExactly("opened A", "accepted");
  }

  @ParameterizedTest
  @EnumSource
  void connectionThatComesAfterACancellationIsForTheNext(CancellationType type) {
    accept();
    signal.emit(type);
    executor.runUntilIdle();
    line.comes("A");
    assertThat(said).containsExactly("cancelled " + type);
    accept();
    assertThat(said).containsExactly("cancelled " + type, "opened A", "accepted");
  }

  /** An accept, its connection, a request and a close; the executor has its turn at the end. */
  @ParameterizedTest
  @ValueSource(strings = {"KRC", "KCR", "RKC", "RCK", "CKR", "CRK"})
  void everyOrderEndsItOnceAndLosesNoConnection(String order) {
    accept();
    CompletionHandler<Call, @Nullable Object> asked = Objects.requireNonNull(line.asked);
    for (char step : order.toCharArray()) {
      switch (step) {
        case 'K' -> asked.completed(new Call("A", said), null);
        case 'R' -> signal.emit(CancellationType.TERMINAL);
        default -> line.close();
      }
    }
    executor.runUntilIdle();
    assertThat(said.stream().filter(s -> s.equals("opened A") || s.equals("A closed"))).hasSize(1);
    assertThat(said.stream().filter(s -> s.matches("accepted|ABORTED|cancelled.*"))).hasSize(1);
  }

  @Test
  void closeEndsTheAcceptAndRefusesLaterOnes() {
    accept();
    line.close();
    line.close();
    assertThat(said).as("no handler runs inside").containsExactly("stopped");
    executor.runUntilIdle();
    accept();
    line.comes("late");
    assertThat(said).containsExactly("stopped", "ABORTED", "CLOSED", "late closed");
  }

  @Test
  void connectionThatNobodyTookIsClosedWithTheAcceptor() {
    accept();
    signal.emit(CancellationType.TOTAL);
    executor.runUntilIdle();
    line.comes("A");
    line.close();
    executor.runUntilIdle();
    assertThat(said).containsExactly("cancelled TOTAL", "stopped", "A closed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void troubleIsWaitedOut(boolean atOnce) {
    line.refusal = atOnce ? new IOException("no descriptors") : null;
    accept();
    if (atOnce) {
      line.refusal = null;
    } else {
      line.fails();
    }
    assertThat(line.asked).isNull();
    executor.advance(Duration.ofMillis(100));
    line.comes("A");
    assertThat(said).containsExactly("opened A", "accepted");
  }

  @Test
  void streamLivesOnAnotherExecutorAndItsHandlerToo() {
    ManualExecutor other = new ManualExecutor();
    line.home = other;
    accept();
    line.comes("A");
    assertThat(said).isEmpty();
    other.runUntilIdle();
    assertThat(said).containsExactly("opened A", "accepted");
  }

  @Test
  void connectionThatCannotBeServedFailsTheAccept() {
    line.spoiled = true;
    accept();
    line.comes("A");
    assertThat(said).containsExactly("A closed", "IO");
    line.spoiled = false;
    accept();
    line.comes("B");
    assertThat(said).containsExactly("A closed", "IO", "opened B", "accepted");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.OneShotOperation;
import io.plywire.spi.StagedOperation;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connecting as a row of stages, each of which can fail, be cancelled, be late, or break. */
class StagedOperationTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final ManualExecutor executor = new ManualExecutor();
  private final CancellationSignal signal = new CancellationSignal();
  private final List<String> said = new ArrayList<>();
  private final List<Layer> opened = new ArrayList<>();
  private final List<Wrapping> stages = new ArrayList<>();

  private final Handler<Layer> handler =
      Handler.bindCancellationSlot(
          signal.slot(), (error, layer) -> said.add(error == null ? "got " + layer : text(error)));

  private static String text(IOException error) {
    StreamException e = (StreamException) error;
    return e.cancellation() == null ? e.error().name() : "cancelled " + e.cancellation();
  }

  @AfterEach
  void nothingIsLeft() {
    executor.runUntilIdle();
    assertThat(executor.pendingTimers()).isZero();
    boolean got = said.stream().anyMatch(what -> what.startsWith("got"));
    Layer top = opened.isEmpty() ? null : opened.get(opened.size() - 1);
    for (Layer layer : opened) {
      assertThat(layer.closed).as("%s is closed", layer).isEqualTo(!got || layer != top);
    }
  }

  /** Something that was opened; closing it closes what is below, as a stream does. */
  private final class Layer implements Closeable {
    private final String name;
    private boolean closed;

    Layer(String name) {
      this.name = name;
      if (!opened.isEmpty()) {
        opened.get(opened.size() - 1).closed = true; // handed over
      }
      opened.add(this);
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** One stage, which the test completes. */
  private final class Wrapping extends OneShotOperation<Layer> {
    private final String name;
    private boolean stubborn;

    Wrapping(String name, Handler<? super Layer> handler) {
      super(executor, handler);
      this.name = name;
      stages.add(this);
    }

    @Override
    protected void start() {}

    @Override
    protected boolean honours(CancellationType type) {
      return !stubborn;
    }

    void complete() {
      executor.execute(() -> succeed(new Layer(name)));
    }

    void break_() {
      executor.execute(() -> fail(new StreamException(StreamError.REFUSED, name)));
    }
  }

  /** Connects, and wraps twice. */
  private final class Opening extends StagedOperation<Layer> {
    private int throwsBefore = -1;

    Opening() {
      super(executor, handler);
    }

    @Override
    protected void start() {
      limit(TIMEOUT);
      begin(0);
    }

    private void begin(int i) {
      if (throwsBefore == i) {
        throw new IllegalStateException("before stage " + i);
      }
      Handler<Layer> next =
          i == 2 ? this.<Layer>stage(this::succeed) : this.<Layer>stage(layer -> begin(i + 1));
      new Wrapping("layer " + i, next).initiate();
    }

    @Override
    public String toString() {
      return "opening";
    }
  }

  /** Completes so many stages. */
  private void pass(int count) {
    executor.runUntilIdle();
    for (int i = 0; i < count; i++) {
      stages.get(stages.size() - 1).complete();
      executor.runUntilIdle();
    }
  }

  @Test
  void stagesFollowEachOther() {
    new Opening().initiate();
    pass(3);
    assertThat(said).containsExactly("got layer 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void stageThatFailsEndsItAndClosesWhatWasOpened(int stage) {
    new Opening().initiate();
    pass(stage);
    stages.get(stage).break_();
    executor.runUntilIdle();
    assertThat(said).containsExactly("REFUSED");
  }

  @ParameterizedTest
  @CsvSource({"0, TOTAL", "1, TOTAL", "2, TOTAL", "0, PARTIAL", "1, TERMINAL", "2, TERMINAL"})
  void requestReachesTheStageThatIsUnderWay(int stage, CancellationType type) {
    new Opening().initiate();
    pass(stage);
    signal.emit(type);
    executor.runUntilIdle();
    assertThat(said).containsExactly("cancelled " + type);
    assertThat(stages).hasSize(stage + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void requestThatTheStageOutrunsEndsItBeforeTheNext(int stage) {
    new Opening().initiate();
    pass(stage);
    stages.get(stage).stubborn = true;
    signal.emit(CancellationType.PARTIAL);
    executor.runUntilIdle();
    assertThat(said).as("left to the stage").isEmpty();
    pass(1);
    assertThat(said).containsExactly("cancelled PARTIAL");
    assertThat(stages).hasSize(stage + 1);
  }

  @ParameterizedTest
  @EnumSource
  void requestInTheInitiatingCallIsNotLost(CancellationType type) {
    executor.execute(() -> signal.emit(type));
    new Opening().initiate();
    executor.runUntilIdle();
    assertThat(said).containsExactly("cancelled " + type);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void deadlineIsOverAllStagesAndEndsTheOneUnderWay(int stage) {
    new Opening().initiate();
    pass(stage);
    executor.advance(TIMEOUT);
    assertThat(said).containsExactly("TIMEOUT");
    assertThat(stages.get(stage).isOver()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void whatAStageOpensAfterTheDeadlineIsClosed(int stage) {
    new Opening().initiate();
    pass(stage);
    stages.get(stage).stubborn = true;
    executor.advance(TIMEOUT);
    assertThat(said).containsExactly("TIMEOUT");
    pass(1);
    assertThat(said).containsExactly("TIMEOUT");
    assertThat(stages).hasSize(stage + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void whatIsThrownBetweenTwoStagesEndsIt(int stage) {
    Opening opening = new Opening();
    opening.throwsBefore = stage;
    opening.initiate();
    pass(stage);
    assertThat(said).containsExactly("IO");
  }

  @Test
  void whatIsThrownBeforeTheFirstStageIsThrownFromTheCall() {
    Opening opening = new Opening();
    opening.throwsBefore = 0;
    assertThatThrownBy(opening::initiate).hasMessage("before stage 0");
    signal.emit(CancellationType.TERMINAL);
    executor.advance(TIMEOUT);
    assertThat(said).isEmpty();
  }

  @Test
  void handlerThatThrowsIsNotTakenForAStageThatDoes() {
    StagedOperation<Layer> operation =
        new StagedOperation<>(
            executor,
            (Handler<Layer>)
                (error, layer) -> {
                  said.add("got " + layer);
                  throw new IllegalStateException("the handler's");
                }) {
          @Override
          protected void start() {
            new Wrapping("only", this.<Layer>stage(this::succeed)).initiate();
          }
        };
    operation.initiate();
    executor.runUntilIdle();
    stages.get(0).complete();
    executor.runUntilIdle();
    assertThat(said).containsExactly("got only");
    assertThat(opened.get(0).closed).isTrue();
    said.clear(); // it has not really got it
  }

  @Test
  void stageWithNeitherResultNorErrorEndsIt() {
    StagedOperation<Layer> operation =
        new StagedOperation<>(executor, handler) {
          @Override
          protected void start() {
            Handler<Layer> stage = this.<Layer>stage(this::succeed);
            executor.execute(() -> stage.completed(null, null));
          }
        };
    operation.initiate();
    executor.runUntilIdle();
    assertThat(said).containsExactly("IO");
  }
}

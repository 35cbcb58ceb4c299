// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.OneShotOperation;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What connecting, accepting and shaking hands have in common. */
class OneShotOperationTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final ManualExecutor executor = new ManualExecutor();
  private final CancellationSignal signal = new CancellationSignal();
  private final List<String> said = new ArrayList<>();

  private final Handler<Line> handler =
      Handler.bindCancellationSlot(
          signal.slot(), (error, line) -> said.add(error == null ? "got " + line : text(error)));

  private static String text(IOException error) {
    StreamException e = (StreamException) error;
    return e.cancellation() == null ? e.error().name() : "cancelled " + e.cancellation();
  }

  @AfterEach
  void nothingIsLeft() {
    executor.runUntilIdle();
    assertThat(executor.pendingTimers()).isZero();
  }

  private static final class Line implements Closeable {
    private boolean closed;

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public String toString() {
      return "line";
    }
  }

  /** Dials; the test lets the other side answer. */
  private class Dialling extends OneShotOperation<Line> {
    private Runnable start = () -> limit(TIMEOUT);
    private boolean honouring = true;

    Dialling(Handler<Line> handler) {
      super(executor, handler);
    }

    @Override
    protected void start() {
      start.run();
    }

    @Override
    protected boolean honours(CancellationType type) {
      return honouring;
    }

    @Override
    protected void ended(@Nullable IOException error) {
      said.add("ended");
    }

    @Override
    protected void release() {
      said.add("released");
    }

    void within(Duration time) {
      limit(time);
    }

    void answered(Line line) {
      succeed(line);
    }

    void refused(IOException why) {
      fail(why);
    }

    boolean claimed() {
      return claimEnd();
    }

    void post(Line line) {
      deliverPosted(null, line);
    }

    @Override
    public String toString() {
      return "dialling";
    }
  }

  @Test
  void resultGoesToTheHandlerAfterEverythingWasGivenUp() {
    Dialling dialling = new Dialling(handler);
    dialling.initiate();
    executor.runUntilIdle();
    assertThat(executor.pendingTimers()).isOne();
    executor.execute(() -> dialling.answered(new Line()));
    executor.runUntilIdle();
    assertThat(said).containsExactly("ended", "released", "got line");
    assertThat(dialling.isOver()).isTrue();
  }

  @Test
  void handlerRunsEvenIfGivingUpHasThrown() {
    Dialling dialling =
        new Dialling(handler) {
          @Override
          protected void ended(@Nullable IOException error) {
            throw new IllegalStateException("thrown by a test, and to be found in the log");
          }
        };
    dialling.initiate();
    executor.execute(() -> dialling.refused(new StreamException(StreamError.RESET, "hung up")));
    executor.runUntilIdle();
    assertThat(said).containsExactly("released", "RESET");
  }

  @ParameterizedTest
  @EnumSource
  void requestEndsIt(CancellationType type) {
    new Dialling(handler).initiate();
    executor.runUntilIdle();
    signal.emit(type);
    assertThat(said).as("never inside the call that asks").isEmpty();
    executor.runUntilIdle();
    assertThat(said).containsExactly("ended", "released", "cancelled " + type);
  }

  @ParameterizedTest
  @EnumSource
  void requestThatOvertakesItEndsItBeforeTheStart(CancellationType type) {
    Dialling dialling = new Dialling(handler);
    dialling.start = () -> said.add("started");
    dialling.cancel(0, type); // as if it had come between the slot and the executor
    dialling.initiate();
    executor.runUntilIdle();
    assertThat(said).containsExactly("ended", "released", "cancelled " + type);
  }

  @Test
  void requestThatIsNotHonouredChangesNothing() {
    Dialling dialling = new Dialling(handler);
    dialling.honouring = false;
    dialling.initiate();
    signal.emit(CancellationType.TERMINAL);
    executor.runUntilIdle();
    assertThat(said).isEmpty();
    executor.execute(() -> dialling.answered(new Line()));
    executor.runUntilIdle();
    assertThat(said).contains("got line");
  }

  @Test
  void deadlineEndsIt() {
    new Dialling(handler).initiate();
    executor.advance(TIMEOUT.minusNanos(1));
    assertThat(said).isEmpty();
    executor.advance(Duration.ofNanos(1));
    assertThat(said).containsExactly("ended", "released", "TIMEOUT");
  }

  @Test
  void laterDeadlineTakesThePlaceOfTheFirst() {
    Dialling dialling = new Dialling(handler);
    dialling.start =
        () -> {
          dialling.within(TIMEOUT);
          dialling.within(TIMEOUT.multipliedBy(2));
        };
    dialling.initiate();
    executor.advance(TIMEOUT);
    assertThat(said).isEmpty();
    executor.advance(TIMEOUT);
    assertThat(said).contains("TIMEOUT");
  }

  @Test
  void resultThatComesTooLateIsClosed() {
    Dialling dialling = new Dialling(handler);
    dialling.initiate();
    executor.advance(TIMEOUT);
    said.clear();
    Line late = new Line();
    executor.execute(() -> dialling.answered(late));
    executor.execute(() -> dialling.refused(new IOException()));
    executor.runUntilIdle();
    assertThat(late.closed).isTrue();
    assertThat(said).isEmpty();
  }

  @Test
  void resultIsClosedIfTheHandlersExecutorRefusesIt() {
    Handler<Line> nowhere =
        Handler.bindExecutor(
            task -> {
              throw new RejectedExecutionException("shut down");
            },
            handler);
    Dialling dialling = new Dialling(nowhere);
    dialling.initiate();
    executor.runUntilIdle();
    Line line = new Line();
    executor.execute(() -> dialling.answered(line));
    assertThatThrownBy(executor::runUntilIdle).hasMessage("shut down");
    assertThat(line.closed).isTrue();

    Dialling other = new Dialling(nowhere);
    other.initiate();
    executor.runUntilIdle();
    Line posted = new Line();
    assertThat(other.claimed()).isTrue();
    other.post(posted);
    executor.runUntilIdle();
    assertThat(posted.closed).isTrue();
    assertThat(said).containsExactly("ended", "released", "ended", "released");
  }

  @Test
  void handlerThatThrowsEndsWhatItGot() {
    Dialling dialling =
        new Dialling(
            (error, line) -> {
              throw new IllegalStateException("the handler's");
            });
    Line line = new Line();
    dialling.start = () -> dialling.answered(line);
    dialling.initiate();
    executor.runUntilIdle();
    assertThat(line.closed).isTrue();
  }

  @Test
  void startThatThrowsEndsIt() {
    for (boolean within : new boolean[] {true, false}) {
      said.clear();
      Dialling dialling = new Dialling(handler);
      dialling.start =
          () -> {
            dialling.within(TIMEOUT);
            throw new IllegalStateException("a test's");
          };
      if (within) {
        executor.execute(dialling::initiate);
      } else {
        dialling.initiate();
      }
      executor.runUntilIdle();
      assertThat(said).containsExactly("ended", "released", "IO");
    }
  }

  @Test
  void endWithinTheCallIsPostedOrRunByTheImmediateExecutor() {
    Dialling posted = new Dialling(handler);
    posted.start = () -> posted.answered(new Line());
    Dialling inline =
        new Dialling(Handler.bindImmediateExecutor(InlineExecutor.instance(), handler));
    inline.start = () -> inline.answered(new Line());
    executor.execute(
        () -> {
          posted.initiate();
          said.add("returned");
        });
    executor.runUntilIdle();
    assertThat(said).containsExactly("ended", "returned", "released", "got line");
    said.clear();
    executor.execute(
        () -> {
          inline.initiate();
          said.add("returned");
        });
    executor.runUntilIdle();
    assertThat(said).containsExactly("ended", "released", "got line", "returned");
  }

  /** A request, the deadline, the answer, and the executor's turn in many orders. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CAD", "CDA", "ACD", "ADC", "DAC", "DCA", "CRAD", "RCAD", "RACD", "RACRD", "ARCRD", "RDACR"
      })
  void everyOrderEndsItOnce(String order) {
    Dialling dialling = new Dialling(handler);
    Line line = new Line();
    dialling.initiate();
    for (char step : order.toCharArray()) {
      switch (step) {
        case 'C' -> signal.emit(CancellationType.TOTAL);
        case 'A' -> executor.execute(() -> dialling.answered(line));
        case 'D' -> executor.advance(TIMEOUT);
        default -> executor.runUntilIdle();
      }
    }
    executor.runUntilIdle();
    assertThat(said).as(order).hasSize(3).startsWith("ended", "released");
    assertThat(said.get(2)).isIn("got line", "cancelled TOTAL", "TIMEOUT");
    assertThat(line.closed).as(order).isEqualTo(!said.contains("got line"));
  }

  @Test
  void callThatFailsLeavesNothing() {
    Handler<Line> broken =
        new Handler<>() {
          @Override
          public CancellationSlot cancellationSlot() {
            throw new IllegalStateException("no slot");
          }

          @Override
          public void completed(@Nullable IOException error, @Nullable Line line) {}
        };
    assertThatThrownBy(() -> new Dialling(broken)).hasMessage("no slot");
    assertThatThrownBy(() -> new Dialling(null)).isInstanceOf(NullPointerException.class);
  }
}

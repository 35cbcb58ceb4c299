// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.PendingOperation;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every transport that derives from it gets. */
class PendingOperationTest {
  private final ManualExecutor executor = new ManualExecutor();
  private final CancellationSignal signal = new CancellationSignal();
  private final List<String> said = new ArrayList<>();
  private final Reading reading = new Reading();

  private final IoHandler handler =
      IoHandler.bindCancellationSlot(
          signal.slot(), (error, bytes) -> said.add(outcome(error) + " " + bytes));

  private static String outcome(@Nullable IOException error) {
    if (error == null) {
      return "ok";
    }
    StreamException e = (StreamException) error;
    return e.cancellation() == null ? e.error().name() : "cancelled " + e.cancellation();
  }

  /** A direction without a stream: an operation waits until the test ends it. */
  private class Reading extends PendingOperation {
    private boolean open = true;
    private boolean over;
    private boolean honouring = true;
    private long moved;
    private Runnable start = () -> {};
    private int ended;

    Reading() {
      super(executor);
    }

    @Override
    protected IllegalStateException alreadyPending(String operation) {
      return new ReadPendingException(operation);
    }

    @Override
    protected void closeStream() {
      said.add("closed");
    }

    @Override
    protected boolean isOver() {
      return over;
    }

    @Override
    protected void start() {
      start.run();
    }

    @Override
    protected void ended(@Nullable IOException error, long bytes) {
      ended++;
    }

    @Override
    protected long moved() {
      return moved;
    }

    @Override
    protected boolean honours(CancellationType type) {
      return honouring && super.honours(type);
    }

    void initiate(IoHandler whom) {
      claim("asyncReadSome");
      initiate(whom, open);
    }

    void claimOnly() {
      claim("asyncReadSome");
    }

    void goOn(IoHandler whom) {
      initiate(whom, open);
    }

    @Override
    public String toString() {
      return "reading";
    }
  }

  /** Shares the claim of the read, as a teardown shares that of a write. */
  private final class Excluding extends Reading {
    @Override
    protected PendingOperation claimHolder() {
      return reading;
    }
  }

  @Test
  void secondOperationIsRefusedUntilTheHandlerOfTheFirstRuns() {
    reading.initiate((error, bytes) -> reading.initiate(handler));
    assertThatThrownBy(() -> reading.initiate(handler))
        .isInstanceOf(ReadPendingException.class)
        .hasMessageContaining("asyncReadSome");
    executor.runUntilIdle();
    executor.execute(() -> reading.end(null, 1));
    executor.runUntilIdle();
    assertThat(reading.isWaiting()).as("what the handler has started").isTrue();
    executor.execute(() -> reading.end(null, 2));
    executor.runUntilIdle();
    assertThat(said).containsExactly("ok 2");
    assertThat(reading.ended).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  void requestEndsTheOperationThatWaits(CancellationType type) {
    reading.initiate(handler);
    executor.runUntilIdle();
    signal.emit(type);
    assertThat(said).as("never inside the call that asks").isEmpty();
    executor.runUntilIdle();
    assertThat(said).containsExactly("cancelled " + type + " 0");
  }

  @ParameterizedTest
  @EnumSource
  void requestThatOvertakesItsOperationEndsItOnArrival(CancellationType type) {
    reading.claimOnly();
    handler.cancellationSlot().assign(reading, 1);
    signal.emit(type);
    executor.runUntilIdle();
    reading.start = () -> said.add("started");
    reading.goOn(handler);
    executor.runUntilIdle();
    assertThat(said).containsExactly("cancelled " + type + " 0");
    assertThat(reading.isWaiting()).isFalse();
  }

  @Test
  void staleRequestDoesNotHideOneThatOvertakesItsOperation() {
    reading.initiate(handler);
    executor.runUntilIdle();
    executor.execute(() -> reading.end(null, 1));
    executor.runUntilIdle();
    reading.claimOnly();
    reading.cancel(2, CancellationType.TOTAL);
    reading.cancel(1, CancellationType.TERMINAL); // slow on its way here
    executor.runUntilIdle();
    reading.goOn(handler);
    executor.runUntilIdle();
    assertThat(said).containsExactly("ok 1", "cancelled TOTAL 0");
  }

  /** A request, the end, and the executor's turn in every order, after the initiating call. */
  @ParameterizedTest
  @ValueSource(strings = {"CRE", "CER", "RCE", "REC", "ECR", "ERC", "RECR", "RCRE"})
  void everyOrderEndsTheOperationOnceAndLetsTheNextOneIn(String order) {
    for (boolean within : new boolean[] {true, false}) {
      said.clear();
      Runnable initiate = () -> reading.initiate(handler);
      if (within) {
        executor.execute(initiate);
      } else {
        initiate.run();
      }
      for (char step : order.toCharArray()) {
        switch (step) {
          case 'C' -> signal.emit(CancellationType.PARTIAL);
          case 'R' -> executor.runUntilIdle();
          default ->
              executor.execute(
                  () -> {
                    if (reading.isWaiting()) {
                      reading.end(null, 7);
                    }
                  });
        }
      }
      executor.runUntilIdle();
      if (reading.isWaiting()) { // the request came before there was anything to cancel
        assertThat(within).isTrue();
        executor.execute(() -> reading.end(null, 7));
        executor.runUntilIdle();
      }
      assertThat(said).as("%s, on the executor: %s", order, within).hasSize(1);
      assertThat(said.get(0)).isIn("ok 7", "cancelled PARTIAL 0");
      assertThat(reading.pending()).isNull();
    }
  }

  @Test
  void requestThatIsNotHonouredChangesNothing() {
    reading.honouring = false;
    reading.initiate(handler);
    signal.emit(CancellationType.TERMINAL);
    executor.runUntilIdle();
    assertThat(said).isEmpty();
    executor.execute(() -> reading.end(null, 3));
    executor.runUntilIdle();
    assertThat(said).containsExactly("ok 3");
  }

  @Test
  void requestForAnEarlierOperationIsStale() {
    reading.initiate(handler);
    executor.runUntilIdle();
    executor.execute(
        () -> {
          signal.emit(CancellationType.TERMINAL); // posted behind the end, and a new beginning
          reading.end(null, 4);
          reading.initiate(handler);
        });
    executor.runUntilIdle();
    assertThat(said).containsExactly("ok 4");
    assertThat(reading.isWaiting()).isTrue();
  }

  @Test
  void operationsOfAStreamThatWasClosedFail() {
    reading.open = false;
    reading.over = true;
    reading.initiate((error, bytes) -> said.add(error.getMessage() + " " + outcome(error)));
    executor.runUntilIdle();
    assertThat(said).containsExactly("asyncReadSome on a stream that was closed: reading CLOSED");
  }

  @Test
  void operationThatArrivesAfterTheCloseIsAborted() {
    reading.initiate(handler);
    reading.over = true;
    executor.runUntilIdle();
    assertThat(said).containsExactly("ABORTED 0");
  }

  @Test
  void closeIsToldBeforeARequestThatOvertookTheOperation() {
    reading.claimOnly();
    reading.cancel(1, CancellationType.TOTAL);
    executor.runUntilIdle();
    reading.goOn(handler);
    reading.over = true; // so nobody must hear that the stream stays as it was
    executor.runUntilIdle();
    assertThat(said).containsExactly("ABORTED 0");
  }

  @Test
  void closeEndsWhatWaitsAndNothingElse() {
    reading.initiate(handler);
    executor.runUntilIdle();
    executor.execute(
        () -> {
          reading.streamClosed(null);
          reading.streamClosed(null);
          reading.abort("of something else");
          said.add("returned");
        });
    executor.runUntilIdle();
    assertThat(said).containsExactly("returned", "ABORTED 0");
  }

  @Test
  void endWithinTheCallGoesThroughTheImmediateExecutor() {
    reading.start = () -> reading.end(null, 5);
    executor.execute(
        () -> {
          reading.initiate(IoHandler.bindImmediateExecutor(InlineExecutor.instance(), handler));
          said.add("returned");
        });
    executor.runUntilIdle();
    assertThat(said).containsExactly("ok 5", "returned");
  }

  @Test
  void endWithinTheCallIsPostedToAnOrdinaryHandler() {
    reading.start = () -> reading.end(null, 5);
    executor.execute(
        () -> {
          reading.initiate(handler);
          said.add("returned");
        });
    executor.runUntilIdle();
    assertThat(said).containsExactly("returned", "ok 5");
  }

  @Test
  void endAfterTheCallDoesNotGoThroughTheImmediateExecutor() {
    executor.execute(
        () ->
            reading.initiate(
                IoHandler.bindImmediateExecutor(
                    task -> {
                      throw new AssertionError("not immediate");
                    },
                    handler)));
    executor.execute(() -> reading.end(null, 5));
    executor.runUntilIdle();
    assertThat(said).containsExactly("ok 5");
  }

  @Test
  void handlerWithinTheCallMayInitiateTheNextOperationWhichThenWaits() {
    reading.start =
        () -> {
          reading.start = () -> {};
          reading.end(null, 1);
        };
    executor.execute(
        () ->
            reading.initiate(
                IoHandler.bindImmediateExecutor(
                    InlineExecutor.instance(), (error, bytes) -> reading.initiate(handler))));
    executor.runUntilIdle();
    assertThat(reading.isWaiting()).isTrue();
    signal.emit(CancellationType.TOTAL);
    executor.runUntilIdle();
    assertThat(said).containsExactly("cancelled TOTAL 0");
  }

  @Test
  void startThatThrowsEndsTheOperation() {
    reading.start =
        () -> {
          throw new IllegalStateException("a test's");
        };
    executor.execute(() -> reading.initiate(handler));
    executor.runUntilIdle();
    reading.initiate(handler);
    executor.runUntilIdle();
    assertThat(said).containsExactly("IO 0", "IO 0");
    assertThat(reading.pending()).isNull();
  }

  @Test
  void handlerRunsEvenIfLettingGoHasThrown() {
    Reading broken =
        new Reading() {
          @Override
          protected void ended(@Nullable IOException error, long bytes) {
            throw new IllegalStateException("thrown by a test, and to be found in the log");
          }
        };
    broken.initiate(handler);
    executor.runUntilIdle();
    executor.execute(() -> broken.end(null, 3));
    executor.runUntilIdle();
    assertThat(said).containsExactly("ok 3");
  }

  @Test
  void handlerThatThrowsEndsItsStream() {
    reading.start = () -> reading.end(null, 1);
    executor.execute(
        () ->
            reading.initiate(
                IoHandler.bindImmediateExecutor(
                    InlineExecutor.instance(),
                    (error, bytes) -> {
                      throw new IllegalStateException("the handler's");
                    })));
    executor.runUntilIdle();
    assertThat(said).containsExactly("closed");
    assertThat(reading.pending()).isNull();
  }

  @Test
  void callThatFailsLeavesNothingPending() {
    IoHandler broken =
        new IoHandler() {
          @Override
          public CancellationSlot cancellationSlot() {
            throw new IllegalStateException("no slot");
          }

          @Override
          public void completed(@Nullable IOException error, long bytes) {}
        };
    assertThatThrownBy(() -> reading.initiate(broken)).hasMessage("no slot");
    reading.initiate(handler);
    executor.execute(() -> reading.end(null, 2));
    executor.runUntilIdle();
    assertThat(said).containsExactly("ok 2");
  }

  @Test
  void whatHasMovedBytesCanBeCutShortButNotUndone() {
    reading.initiate(handler);
    executor.runUntilIdle();
    reading.moved = 3;
    signal.emit(CancellationType.TOTAL);
    executor.runUntilIdle();
    assertThat(said).isEmpty();
    signal.emit(CancellationType.PARTIAL);
    executor.runUntilIdle();
    assertThat(said).containsExactly("cancelled PARTIAL 3");
  }

  @Test
  void operationsThatShareAClaimExcludeEachOther() {
    Excluding excluding = new Excluding();
    excluding.initiate(handler);
    executor.runUntilIdle();
    assertThat(reading.pending()).isEqualTo("asyncReadSome");
    assertThatThrownBy(() -> reading.initiate(handler)).isInstanceOf(ReadPendingException.class);
    assertThat(reading.isWaiting()).isFalse();
    executor.execute(() -> excluding.end(null, 1));
    executor.runUntilIdle();
    reading.initiate(handler);
    assertThatThrownBy(() -> excluding.initiate(handler)).isInstanceOf(ReadPendingException.class);
    executor.runUntilIdle();
    executor.execute(() -> reading.end(null, 2));
    executor.runUntilIdle();
    assertThat(said).containsExactly("ok 1", "ok 2");
  }

  @Test
  void executorThatRefusesAHandlerDoesNotStopWhoeverEndsTheOperation() {
    reading.initiate(
        IoHandler.bindExecutor(
            task -> {
              throw new IllegalStateException("shut down");
            },
            handler));
    executor.runUntilIdle();
    executor.execute(() -> reading.endPosted(null, 6));
    executor.runUntilIdle();
    assertThat(said).isEmpty();
    assertThat(reading.isWaiting()).isFalse();
  }

  @Test
  void nothingToEndIsMisuse() {
    assertThatThrownBy(() -> reading.end(null, 0)).hasMessage("nothing waits");
  }
}

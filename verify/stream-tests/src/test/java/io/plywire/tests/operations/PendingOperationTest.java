// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.ManualExecutor;
import io.plywire.spi.PendingOperation;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationType;
import io.plywire.stream.InlineExecutor;
import io.plywire.stream.IoHandler;
import io.plywire.stream.ReadPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
  private final class Reading extends PendingOperation {
    private boolean over;
    private boolean honouring = true;
    private int forgotten;

    Reading() {
      super(executor);
    }

    @Override
    protected IllegalStateException alreadyPending(String operation) {
      return new ReadPendingException(operation);
    }

    @Override
    protected boolean isOver() {
      return over;
    }

    @Override
    protected void forgetArguments() {
      forgotten++;
    }

    @Override
    protected boolean honours(CancellationType type) {
      return honouring;
    }

    void initiate(IoHandler whom) {
      int id = claim("asyncReadSome");
      if (executor.isCurrent()) {
        start(id, whom, true);
      } else {
        whom.cancellationSlot().assign(this, id);
        executor.execute(() -> start(id, whom, false));
      }
    }

    private void start(int id, IoHandler whom, boolean inCall) {
      IOException refusal = arrive(id, true);
      if (refusal != null) {
        complete(whom, inCall, refusal, 0);
      } else {
        await(whom, inCall);
      }
    }

    void endHere(long bytes) {
      endInCall(null, bytes);
    }

    @Override
    public String toString() {
      return "reading";
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
    assertThat(reading.forgotten).isEqualTo(2);
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
    int id = reading.claim("asyncReadSome");
    handler.cancellationSlot().assign(reading, id);
    signal.emit(type);
    executor.runUntilIdle();
    executor.execute(() -> reading.start(id, handler, false));
    executor.runUntilIdle();
    assertThat(said).containsExactly("cancelled " + type + " 0");
    assertThat(reading.isWaiting()).isFalse();
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
    executor.execute(
        () -> {
          assertThat(reading.arrive(reading.claim("asyncWait"), false))
              .hasMessageContaining("asyncWait on a stream that was closed: reading")
              .extracting(e -> ((StreamException) e).error())
              .isEqualTo(StreamError.CLOSED);
        });
    executor.runUntilIdle();
  }

  @Test
  void operationThatArrivesAfterTheCloseIsAborted() {
    reading.initiate(handler);
    reading.over = true;
    executor.runUntilIdle();
    assertThat(said).containsExactly("ABORTED 0");
  }

  @Test
  void endWithinTheCallGoesThroughTheImmediateExecutor() {
    executor.execute(
        () -> {
          reading.initiate(IoHandler.bindImmediateExecutor(InlineExecutor.instance(), handler));
          reading.endHere(5);
          said.add("returned");
        });
    executor.runUntilIdle();
    assertThat(said).containsExactly("ok 5", "returned");
  }

  @Test
  void endWithinTheCallIsPostedToAnOrdinaryHandler() {
    executor.execute(
        () -> {
          reading.initiate(handler);
          reading.endHere(5);
          said.add("returned");
        });
    executor.runUntilIdle();
    assertThat(said).containsExactly("returned", "ok 5");
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

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.stream.OperationPendingException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One attempt, and the connection that came of it: dials, makes it ready, then reads and writes
 * until it ends. It is over when none of its operations is outstanding, so nothing of it reaches
 * into the next one. Lives on the executor; knows nothing of what comes after it.
 */
final class Session {
  private enum Step {
    DIALING,
    OPENING,
    OPEN,
    ENDING, // no more writes; what still comes is read
    OVER
  }

  private final Cycle cycle;
  private final StreamExecutor executor;
  private final Outbox outbox;
  private final boolean first;
  private final CancellationSignal dialing = new CancellationSignal();

  private Step step = Step.DIALING;
  private Ending.Stage stage = Ending.Stage.CONNECTING;
  private StreamExecutor.@Nullable Timer deadline;
  private @Nullable WebSocketStream stream;
  private @Nullable IOException failure;
  private long openedAt;
  private boolean reading;
  private boolean writing;
  private boolean closing;
  private boolean closed;

  Session(Cycle cycle, StreamExecutor executor, Outbox outbox, boolean first) {
    this.cycle = cycle;
    this.executor = executor;
    this.outbox = outbox;
    this.first = first;
  }

  // ---- beginning

  void start(Dial dial, Duration attemptTimeout) {
    if (!attemptTimeout.isZero()) {
      deadline = executor.schedule(attemptTimeout, () -> timedOut(attemptTimeout));
    }
    Once<WebSocketStream> handler = new Once<>(executor, dialing.slot(), this::dialed);
    try {
      dial.dial(handler);
    } catch (Throwable e) { // a stranger's code
      handler.completed(brokenOff("connecting threw " + e, e), null);
    }
  }

  private void dialed(@Nullable IOException error, @Nullable WebSocketStream opened) {
    if (step != Step.DIALING) {
      if (opened != null && !opened.equals(stream)) {
        opened.abort(); // nobody waits for it any more
      }
      return;
    }
    if (opened == null) {
      over(
          error == null ? brokenOff("connecting gave neither a stream nor an error", null) : error);
      return;
    }
    stream = opened;
    stage = Ending.Stage.OPENING;
    OpenHandler handler = cycle.openHandler();
    if (handler == null) {
      ready();
      return;
    }
    step = Step.OPENING;
    cycle.opening();
    Once<Void> done =
        new Once<>(executor, CancellationSlot.none(), (failed, none) -> prepared(failed));
    try {
      handler.opened(opened, first, done);
    } catch (Throwable e) {
      done.completed(brokenOff("the open handler threw " + e, e), null);
    }
  }

  private static IOException brokenOff(String what, @Nullable Throwable thrown) {
    return new WebSocketException(WebSocketError.CALLBACK_FAILED, what, thrown);
  }

  private void prepared(@Nullable IOException error) {
    if (step != Step.OPENING) {
      return;
    }
    if (error == null) {
      ready();
    } else {
      failed(error); // the deadline stays, for the closing
    }
  }

  private void ready() {
    step = Step.OPEN;
    stage = Ending.Stage.OPEN;
    openedAt = executor.nanoTime();
    cancelDeadline();
    cycle.opened();
    readOn();
    writeOn();
  }

  private void timedOut(Duration after) {
    deadline = null;
    String what = "the attempt was not done within " + Durations.text(after);
    StreamException late = new StreamException(StreamError.TIMEOUT, what);
    if (step == Step.DIALING) {
      over(late);
      dialing.emit(CancellationType.TERMINAL);
    } else if (step != Step.OVER) {
      stream().abort();
      failed(failure == null ? late : failure);
    }
  }

  // ---- reading

  /** Reads the next message, unless one is being worked on. */
  void readOn() {
    if (step == Step.OPEN) {
      read();
    }
  }

  /**
   * What comes while this side closes is dropped if no read is there for it, and nothing may be
   * missing in the middle. So only a read that follows the last one directly goes on then.
   */
  private void readDirectlyOn() {
    boolean nothingMissed = step == Step.OPEN || executor.equals(stream().executor());
    if (stage == Ending.Stage.OPEN && step != Step.OVER && nothingMissed) {
      read();
    }
  }

  private void read() {
    if (reading || failure != null || closed || cycle.isDelivering()) {
      return;
    }
    reading = true;
    try {
      stream().asyncRead(Handler.<Message>bindExecutor(executor, this::received));
    } catch (IllegalStateException e) { // somebody else reads
      reading = false;
      failed(new StreamException(StreamError.IO, "reading is not ours: " + e, e));
    }
  }

  private void received(@Nullable IOException error, @Nullable Message message) {
    reading = false;
    if (message == null) {
      failed(Objects.requireNonNull(error));
    } else {
      cycle.deliver(message);
      readDirectlyOn();
      overIfDone();
    }
  }

  // ---- writing

  /** Writes the next message, unless one is being written. */
  void writeOn() {
    while (step == Step.OPEN && !writing) {
      if (!stream().isOpen()) {
        end(CloseReason.NORMAL); // the messages wait for the next connection
        return;
      }
      Outgoing message = outbox.take();
      if (message == null) {
        return;
      }
      writing = true;
      IoHandler written =
          IoHandler.bindExecutor(executor, (error, bytes) -> written(message, error));
      try {
        stream().asyncWrite(message.kind, message.view(), written);
      } catch (IllegalStateException e) { // somebody else writes
        writing = false;
        String why = "a write that is not the Reconnector's is outstanding on the stream";
        outbox.done(message, message.undelivered(ErrorCondition.USER_CODE, why, e));
      }
    }
  }

  private void written(Outgoing message, @Nullable IOException error) {
    writing = false;
    if (error == null) {
      outbox.done(message, null);
    } else if (isTooLate(error)) {
      outbox.putBack(message);
      end(CloseReason.NORMAL);
    } else if (isUnfit(error)) {
      outbox.done(
          message,
          message.undelivered(
              ErrorCondition.USER_CODE, "it cannot be, " + error.getMessage(), error));
    } else {
      message.begun = true;
      if (cycle.resends()) {
        outbox.putBack(message);
      } else {
        String why = String.valueOf(error.getMessage());
        outbox.done(message, message.undelivered(ErrorCondition.CONNECTION_LOST, why, error));
      }
      failed(error);
    }
    writeOn();
    overIfDone();
  }

  /** The write came when the connection was closing, so nothing of the message has left. */
  private static boolean isTooLate(IOException error) {
    return error instanceof WebSocketException known && known.error() == WebSocketError.CLOSED;
  }

  /** Nothing of the message has left, and the connection is as good as before. */
  private static boolean isUnfit(IOException error) {
    return error instanceof WebSocketException known
        && (known.error() == WebSocketError.BAD_OUTGOING_TEXT
            || known.error() == WebSocketError.MESSAGE_OPEN);
  }

  // ---- ending

  /** Closes in good order, at whatever step this is. */
  void close(CloseReason reason) {
    switch (step) {
      case DIALING -> abort();
      case OPENING, OPEN -> end(reason);
      default -> {} // it ends already
    }
  }

  /** Ends at once. */
  void abort() {
    if (step == Step.DIALING) {
      over(new StreamException(StreamError.ABORTED, "the attempt was called off"));
      dialing.emit(CancellationType.TERMINAL);
    } else if (step != Step.OVER) {
      stream().abort();
      end(CloseReason.NORMAL);
    }
  }

  private void failed(IOException error) {
    if (failure == null) {
      failure = error;
    }
    end(CloseReason.NORMAL);
  }

  /** Has the connection come to its end, and waits for it; which is at once if it has ended. */
  private void end(CloseReason reason) {
    if (step != Step.ENDING) {
      step = Step.ENDING;
      closing = true;
      try {
        stream()
            .asyncClose(
                reason, Handler.<CloseOutcome>bindExecutor(executor, (error, outcome) -> closed()));
      } catch (OperationPendingException e) { // the open handler is closing, and has not told
        stream().abort();
        closed = true;
        closing = false;
      }
    }
    overIfDone();
  }

  private void closed() {
    closing = false;
    closed = true;
    overIfDone();
  }

  private void overIfDone() {
    if (step == Step.ENDING && closed && !closing && !reading && !writing) {
      over(failure);
    }
  }

  private void over(@Nullable IOException error) {
    step = Step.OVER;
    cancelDeadline();
    Duration open =
        stage == Ending.Stage.OPEN
            ? Duration.ofNanos(executor.nanoTime() - openedAt)
            : Duration.ZERO;
    CloseOutcome outcome = stream == null ? null : stream.closeOutcome();
    IOException why =
        outcome != null && error != null && isTooLate(error) ? outcome.cause() : error;
    cycle.over(stage, open, why, outcome);
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel();
      deadline = null;
    }
  }

  private WebSocketStream stream() {
    return Objects.requireNonNull(stream);
  }

  @Override
  public String toString() {
    return stream == null ? "no connection" : stream.toString();
  }
}

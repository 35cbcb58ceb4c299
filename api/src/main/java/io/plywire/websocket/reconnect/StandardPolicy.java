// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.reconnect;

import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.reconnect.RetryPolicy.Decision;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The decisions of {@link RetryPolicy#standard()}. */
final class StandardPolicy {
  private static final int UNAUTHORIZED = 3000; // as registered with IANA
  private static final int FORBIDDEN = 3003;

  // "A client may reconnect, using a randomized delay of 5 - 30 s", says the registration of 1012.
  private static final Decision RESTART =
      Decision.retryAfter(Duration.ofSeconds(5)).withSpread(Duration.ofSeconds(25));
  private static final Decision OVERLOAD =
      Decision.retryAfter(Duration.ofSeconds(30)).withSpread(Duration.ofSeconds(30));

  private StandardPolicy() {}

  static Decision decide(Ending ending, Duration longest, Instant now) {
    int status = ending.httpStatus();
    if (status != 0) {
      return isForGood(status) ? Decision.stop() : obey(ending.retryAfter(now), longest);
    }
    switch (ending.closeCode()) {
      case CloseCode.NORMAL_CLOSURE,
          CloseCode.PROTOCOL_ERROR,
          CloseCode.UNSUPPORTED_DATA,
          CloseCode.INVALID_FRAME_PAYLOAD_DATA,
          CloseCode.POLICY_VIOLATION,
          CloseCode.MESSAGE_TOO_BIG,
          CloseCode.MANDATORY_EXTENSION,
          UNAUTHORIZED,
          FORBIDDEN -> {
        return Decision.stop();
      }
      case CloseCode.SERVICE_RESTART -> {
        return bounded(RESTART, longest);
      }
      case CloseCode.TRY_AGAIN_LATER -> {
        return bounded(OVERLOAD, longest);
      }
      default -> {
        return failedHere(ending) ? Decision.stop() : Decision.retry();
      }
    }
  }

  private static boolean isForGood(int status) {
    return status >= 400 && status < 500 && status != 408 && status != 425 && status != 429;
  }

  private static Decision obey(@Nullable Duration asked, Duration longest) {
    return asked == null ? Decision.retry() : bounded(Decision.retryAfter(asked), longest);
  }

  private static Decision bounded(Decision decision, Duration longest) {
    return decision.atLeast().compareTo(longest) <= 0
        ? decision
        : Decision.retryAfter(longest).withSpread(decision.spread());
  }

  /**
   * Another attempt would run the same code with the same result, or have no transport any more.
   */
  private static boolean failedHere(Ending ending) {
    if (ending.stage() != Ending.Stage.CONNECTING) {
      return false;
    }
    IOException error = ending.error();
    return (error instanceof OperationException known
            && known.condition() == ErrorCondition.USER_CODE)
        || (error instanceof StreamException below && below.error() == StreamError.CLOSED);
  }
}

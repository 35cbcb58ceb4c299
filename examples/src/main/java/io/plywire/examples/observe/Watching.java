// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.observe;

import io.plywire.stream.Role;
import io.plywire.websocket.CloseCode;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.Opening;
import io.plywire.websocket.Reply;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.observe.OpeningReport;
import io.plywire.websocket.observe.WebSocketCounters;
import io.plywire.websocket.observe.WebSocketObserver;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An observer of one's own, counters beside it, and what to do about figures. */
public final class Watching {
  private static final Logger log = LoggerFactory.getLogger(Watching.class);

  private Watching() {}

  static WebSocketOptions options(WebSocketCounters counters) {
    WebSocketObserver complaints =
        new WebSocketObserver() {
          @Override
          public void openingFailed(WebSocketStream ws, OpeningReport report, IOException error) {
            if (report.role() == Role.SERVER && report.status() >= 500) {
              log.warn("{} was answered {}", report.path(), report.status(), error);
            }
          }

          @Override
          public void closed(WebSocketStream ws, CloseOutcome outcome, Duration lived) {
            if (outcome.code() == CloseCode.ABNORMAL_CLOSURE) {
              log.info("lost after {}: {}", lived, outcome);
            }
          }
        };
    return WebSocketOptions.defaults().withObserver(counters.and(complaints));
  }

  static void refuse(Opening opening) {
    opening.reply(Reply.forbidden().because("the account is locked"));
  }
}

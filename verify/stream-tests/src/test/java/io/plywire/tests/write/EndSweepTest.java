// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A conversation is broken off at every step of it: by the application, or by the next layer.
 * Everything ends at once, and one operation is told the reason.
 */
class EndSweepTest {
  private static final int SEED = Integer.getInteger("plywire.test.seed", 1);
  private static final int MAX_STEPS = 100_000;

  @ParameterizedTest
  @CsvSource({
    "client, true, true", "client, false, true", "client, true, false", "client, false, false",
    "server, true, true", "server, false, true", "server, true, false", "server, false, false"
  })
  void closingTheStreamAbortsWhatIsPending(String side, boolean posting, boolean onExecutor) {
    boolean more = true;
    for (int step = 0; more; step++) {
      try (Dialogue d = new Dialogue(posting, SEED)) {
        Dialogue.Side closing = side.equals("client") ? d.client : d.server;
        d.start();
        for (int i = 0; i < step; i++) {
          more = d.h.executor.runOne();
        }
        List<Dialogue.Act> pending =
            d.acts().stream().filter(a -> a.side == closing && a.isPending()).toList();
        if (onExecutor) {
          d.h.executor.execute(closing.stream::abort);
        } else {
          closing.stream.abort();
        }
        d.h.executor.runUntilIdle(MAX_STEPS);
        d.assertEnded();
        for (Dialogue.Act act : pending) {
          // What was on its way to success, or to the end, may have got there.
          if (act.error instanceof StreamException known) {
            assertThat(known.error()).as("%s at step %s", act, step).isEqualTo(StreamError.ABORTED);
            assertThat(known.cancellation()).isNull();
          }
        }
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(side + " closed at step " + step + ", seed " + SEED, e);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"client, true", "client, false", "server, true", "server, false"})
  void failureOfTheNextLayerIsToldToOneOperationAndEndsTheOthers(String side, boolean posting) {
    boolean more = true;
    for (int k = 0; more; k++) {
      try (Dialogue d = new Dialogue(posting, SEED)) {
        Dialogue.Side failing = side.equals("client") ? d.client : d.server;
        var end = side.equals("client") ? d.h.clientEnd : d.h.serverEnd;
        IOException failure = new IOException("failure of operation " + k);
        end.faults().fail(k, failure);
        d.start();
        d.h.executor.runUntilIdle(MAX_STEPS);
        more = end.faults().started() > k;
        if (!more) {
          d.assertFinished();
          continue;
        }
        d.closeWhatIsOpen();
        d.assertEnded();
        // What the peer said in its close frame stands, even if the answer does not get through.
        boolean closedByPeer = failing.stream.closeOutcome().received() != null;
        long told = d.acts().stream().filter(a -> a.error == failure).count();
        assertThat(told).as("told of the failure").isEqualTo(closedByPeer ? 0 : 1);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(side + " failing at " + k + ", seed " + SEED, e);
      }
    }
  }
}

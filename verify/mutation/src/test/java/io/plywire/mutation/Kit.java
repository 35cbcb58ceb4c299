// SPDX-License-Identifier: Apache-2.0
package io.plywire.mutation;

import io.plywire.tck.CheckResult.Status;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckRun;
import io.plywire.tck.TckSubject;
import java.time.Duration;

/** Runs the kit up to the first violation. */
public final class Kit {
  /** Few rounds, since each mutant has to stand all of them; what hangs is not waited for long. */
  private static final TckEnvironment ENVIRONMENT =
      new TckEnvironment(
          Duration.ofSeconds(Integer.getInteger("plywire.mutation.patienceSeconds", 2)),
          10,
          32 << 10,
          10,
          1);

  private Kit() {}

  /** Fails if the subject violates a rule. */
  public static void run(TckSubject subject) {
    TckRun.of(subject)
        .environment(ENVIRONMENT)
        .onResult(
            result -> {
              if (result.status() == Status.FAILED) {
                throw new AssertionError(
                    result.violated() + "\n" + result.check() + ": " + result.message());
              }
            })
        .run();
  }
}

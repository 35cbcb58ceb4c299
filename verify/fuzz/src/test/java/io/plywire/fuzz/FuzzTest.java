// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A short campaign against each target, two at a time. {@code -Dplywire.fuzz.seconds=N} says how
 * long, 0 leaves them out.
 */
class FuzzTest {
  private static final int SECONDS = Integer.getInteger("plywire.fuzz.seconds", 5);

  /** Always the same, so that a build does not pass or fail by chance. */
  private static final int SEED = 1;

  private final ExecutorService threads = Executors.newFixedThreadPool(2);

  @TestFactory
  Stream<DynamicTest> nothingIsFoundInAShortTime() {
    Path folder = Path.of("target", "fuzz-test").toAbsolutePath();
    List<DynamicTest> tests = new ArrayList<>();
    for (Target target : SECONDS == 0 ? new Target[0] : Target.values()) {
      Future<Campaign.Outcome> outcome =
          threads.submit(() -> new Campaign(target, SECONDS, SEED, folder).run());
      tests.add(
          DynamicTest.dynamicTest(
              target.label(),
              () -> {
                assertThat(outcome.get().failure()).isNull();
                assertThat(outcome.get().executions()).isPositive();
                System.out.println(outcome.get());
              }));
    }
    return tests.stream();
  }

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }
}

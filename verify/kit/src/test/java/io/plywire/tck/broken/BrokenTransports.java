// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tck.CheckResult;
import io.plywire.tck.TckReport;
import io.plywire.tck.TckRun;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The kit's own test: each broken transport is caught by the rule it breaks, and by no other. Three
 * classes have some of them each, and JVMs of their own: there is much waiting in it, and threads
 * and descriptors are counted.
 */
abstract class BrokenTransports {
  private static Thread.UncaughtExceptionHandler before;

  /** Those whose operations are wrong while the stream lives. */
  static List<Broken> operations() {
    return Stream.of(
            BrokenCalls.all(),
            BrokenCompletions.all(),
            BrokenTransfers.all(),
            BrokenFullWindows.all(),
            BrokenOrders.all(),
            BrokenQueues.all())
        .flatMap(List::stream)
        .toList();
  }

  /** Those that are found, connect, accept or are wrapped in a wrong way. */
  static List<Broken> beginnings() {
    return Stream.of(
            BrokenProviders.all(),
            BrokenAcceptors.all(),
            BrokenOneShots.all(),
            BrokenRequests.all(),
            BrokenConnects.all(),
            BrokenDiscovery.all())
        .flatMap(List::stream)
        .toList();
  }

  /** Those that end in a wrong way or leave something, layers, and whole conversations. */
  static List<Broken> endings() {
    return Stream.of(
            BrokenTwins.all(),
            BrokenEnds.all(),
            BrokenGoodbyes.all(),
            BrokenLeaks.all(),
            BrokenLayers.all(),
            BrokenConversations.all())
        .flatMap(List::stream)
        .toList();
  }

  static List<Broken> all() {
    return Stream.of(operations(), beginnings(), endings()).flatMap(List::stream).toList();
  }

  /** Where two JDKs run all tests, one may take a third and the other one the rest. */
  static List<Broken> chosen(List<Broken> all) {
    Integer third = Integer.getInteger("plywire.tck.third");
    Integer rest = Integer.getInteger("plywire.tck.withoutThird");
    return IntStream.range(0, all.size())
        .filter(i -> third == null || i % 3 == Math.floorMod(third, 3))
        .filter(i -> rest == null || i % 3 != Math.floorMod(rest, 3))
        .mapToObj(all::get)
        .toList();
  }

  /** Some defects throw where only the thread's last resort hears it, and should. */
  @BeforeAll
  static void keepQuiet() {
    before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {});
  }

  @AfterAll
  static void speakAgain() {
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  @AfterEach
  void cleanUp() throws Exception {
    Leaks.cleanUp();
  }

  @ParameterizedTest
  @MethodSource("chosen")
  void isCaughtByTheRuleItBreaks(Broken broken) throws Exception {
    TckReport report = TckRun.of(broken.subject()).environment(broken.environment()).run();
    BrokenDiscovery.cleanUp(broken.subject());

    assertThat(report.violatedRules())
        .as("%s; found %s", broken, report.failures())
        .containsExactly(broken.rule());
    for (CheckResult failure : report.failures()) {
      assertThat(failure.message()).isNotBlank().doesNotContain("unexpected java.lang.NullPointer");
      assertThat(failure.trace()).isNotEmpty();
    }
  }
}

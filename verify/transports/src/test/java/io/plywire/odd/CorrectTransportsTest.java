// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.odd.medium.BlockingSockets;
import io.plywire.tck.TckReport;
import io.plywire.tck.TckRun;
import io.plywire.tck.TckSubject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kit blames no transport for being odd. */
class CorrectTransportsTest {
  /** All of them take minutes, so continuous integration takes a third, another one each time. */
  static List<TckSubject> odd() {
    List<TckSubject> all = OddTransports.odd();
    Integer third = Integer.getInteger("plywire.odd.third");
    return third == null
        ? all
        : IntStream.range(0, all.size())
            .filter(i -> i % 3 == Math.floorMod(third, 3))
            .mapToObj(all::get)
            .toList();
  }

  @ParameterizedTest
  @MethodSource("odd")
  void conforms(TckSubject subject) {
    TckReport report = TckRun.of(subject).environment(Effort.LITTLE.environment()).run();

    assertThat(report.violatedRules()).as(report.text()).isEmpty();
    assertThat(report.isOk()).isTrue();
  }

  @Test
  void virtualThreadsAreAmongThem() {
    assumeTrue(BlockingSockets.hasVirtualThreads(), "virtual threads need Java 21");

    assertThat(OddTransports.odd())
        .extracting(TckSubject::name)
        .contains("blocking sockets, virtual threads");
  }

  @Test
  void namesAreDistinctAndThereAreMoreThanThirty() {
    assertThat(OddTransports.odd())
        .extracting(TckSubject::name)
        .doesNotHaveDuplicates()
        .hasSizeGreaterThan(30);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.containers;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tck.CheckResult;
import io.plywire.tck.TckEnvironment;
import io.plywire.tck.TckReport;
import io.plywire.tck.TckRun;
import io.plywire.tck.Waiver;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a container gives away keeps the contract of a next layer. */
class ContainerTckTest {
  private static final TckEnvironment LITTLE =
      new TckEnvironment(Duration.ofSeconds(30), 5, 8 << 10, 5, 1);

  static List<Waiver> waivers(Containers kind) {
    return kind == Containers.JETTY
        ? List.of(
            new Waiver(
                "N4.5",
                "Jetty's end points take what breaks a read for an end",
                URI.create("https://github.com/plywire/plywire/blob/main/docs/containers.md")))
        : List.of();
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "JETTY_SERVLET") // whose stream is that of JETTY
  void streamKeepsTheContract(Containers kind) throws Exception {
    try (ContainerSubject subject = new ContainerSubject(kind, waivers(kind))) {
      TckReport report = TckRun.of(subject).environment(LITTLE).run();

      assertThat(report.violatedRules()).as(report.text()).isEmpty();
      assertThat(report.isOk()).as(report.text()).isTrue();
      assertThat(report.count(CheckResult.Status.PASSED)).isGreaterThan(90);
    }
  }
}

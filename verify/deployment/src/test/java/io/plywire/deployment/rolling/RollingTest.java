// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.deployment.process.Haproxy;
import io.plywire.deployment.process.Proc;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A small run, and runs in which the servers do wrong, which must be found. */
@Timeout(600)
class RollingTest {
  @TempDir private Path folder;
  private final StringWriter report = new StringWriter();

  @BeforeAll
  static void haproxyIsThere() throws InterruptedException {
    assumeTrue(Haproxy.isInstalled(), "there is no haproxy on this machine");
    assumeTrue(Proc.isThere(), "this machine does not tell how many descriptors a process has");
  }

  private List<String> run(int clients, Duration spread, Fault fault) throws Exception {
    Plan plan = new Plan(clients, 2, Duration.ofMillis(100), spread, 1, fault);
    return Rolling.run(plan, folder, new PrintWriter(report));
  }

  @Test
  void nothingIsLostAndEverybodyIsToldInTurn() throws Exception {
    List<String> findings = run(150, Duration.ofSeconds(2), Fault.NONE);
    assertThat(findings).as(report.toString()).isEmpty();
  }

  @Test
  void serverThatAbortsIsFound() throws Exception {
    assertThat(run(40, Duration.ofSeconds(1), Fault.ABORTS))
        .as(report.toString())
        .anyMatch(finding -> finding.contains("ended without a close frame"));
  }

  @Test
  void serverThatForgetsIsFound() throws Exception {
    assertThat(run(40, Duration.ofSeconds(1), Fault.FORGETS))
        .as(report.toString())
        .anyMatch(finding -> finding.contains("acknowledged and are not stored"));
  }

  /** The spread takes no time here, so it may be so long that no machine makes up for the fault. */
  @Test
  void serverThatTellsEverybodyAtOnceIsFound() throws Exception {
    assertThat(run(40, Duration.ofSeconds(100), Fault.ALL_AT_ONCE))
        .as(report.toString())
        .anyMatch(finding -> finding.contains("came before their turn"));
  }
}

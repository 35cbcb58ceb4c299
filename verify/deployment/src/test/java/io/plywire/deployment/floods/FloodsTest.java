// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.deployment.process.Look;
import io.plywire.deployment.process.Proc;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Small floods, and what the judge says of figures that may not be. */
@Timeout(600)
class FloodsTest {
  private static final int MIB = 1 << 20;

  @TempDir private Path folder;

  @Test
  void othersGoOnAndNothingIsLeft() throws Exception {
    assumeTrue(Proc.isThere(), "this machine does not tell how many descriptors a process has");
    StringWriter report = new StringWriter();
    Floods.Plan plan = new Floods.Plan(60, 4, Duration.ZERO, 64, 64, 16 * 1024);
    List<String> findings =
        Floods.run(plan, folder, List.of(Flood.values()), new PrintWriter(report));
    assertThat(findings).as(report.toString()).isEmpty();
  }

  private static Look look(int connections, long heap) {
    return new Look(connections, heap, 0, 5, 0, 20 + connections, 0);
  }

  private static List<String> judged(int held, long grown, int turnedAway, int left) {
    Look before = look(4, 10 * MIB);
    Look during = look(4 + held, 10 * MIB + grown);
    return FloodJudge.findings(
        new Measured(
            Flood.SILENCE_ONE, 9, before, during, 50, 1, 3, turnedAway, left, left, 0L * left),
        100);
  }

  @Test
  void figuresWithinWhatIsStated() {
    assertThat(judged(100, MIB, 0, 0)).isEmpty();
  }

  @Test
  void figuresBeyondIt() {
    assertThat(judged(101, 0, 0, 0)).singleElement().asString().contains("it held 101");
    assertThat(judged(10, 5 * MIB, 0, 0)).singleElement().asString().contains("memory grew");
    assertThat(judged(10, 0, 1, 0)).singleElement().asString().contains("turned away");
    assertThat(judged(10, 0, 0, 1)).hasSize(2);
  }
}

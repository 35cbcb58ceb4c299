// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.conformance.suite.SuiteProcess.Order;
import io.plywire.conformance.suite.SuiteProcess.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class SuiteProcessTest {
  private static final Duration ENOUGH = Duration.ofSeconds(100);

  @TempDir Path module;
  @TempDir Path reports;
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private SuiteProcess start(String... script) throws IOException {
    return SuiteProcess.start(
        FakeSuite.install(module, script),
        Part.SERVER,
        "127.0.0.1",
        new Order(reports, "agent", "1.*,2.1", 3),
        new SuiteListener() {
          @Override
          public void cases(int count) {
            heard.add("cases " + count);
          }

          @Override
          public void begun(String id) {
            heard.add("begun " + id);
          }

          @Override
          public void ended(String id) {
            heard.add("ended " + id);
          }
        });
  }

  @Test
  void tellsHowItGoesOn() throws Exception {
    try (SuiteProcess suite =
        start(
            "say something",
            "say @cases 2",
            "say @listening 4711",
            "say @begin 1.1",
            "say @end 1.1",
            "say @begin 1.2",
            "say @end 1.2",
            "say @done")) {
      assertThat(suite.port(ENOUGH)).isEqualTo(4711);
      assertThat(suite.cases(ENOUGH)).isEqualTo(2);
      suite.awaitCases(ENOUGH);
      suite.awaitReports(ENOUGH);
    }
    assertThat(heard)
        .containsExactly("cases 2", "begun 1.1", "ended 1.1", "begun 1.2", "ended 1.2");
    assertThat(reports.resolve("suite.log")).content().contains("something\n@cases 2\n");
  }

  @Test
  void orderIsHandedOn() throws Exception {
    try (SuiteProcess suite = start("arguments", "say @done")) {
      suite.awaitReports(ENOUGH);
    }
    assertThat(Files.readString(reports.resolve("suite.log")).lines().findFirst())
        .hasValue("server|" + reports.toAbsolutePath() + "|agent|3|1.*,2.1|127.0.0.1");
  }

  @Test
  void endBeforeTheReportsIsToldWithTheLastWords() throws Exception {
    try (SuiteProcess suite = start("say @cases 2", "say @end 1.1", "say KeyError: 99")) {
      assertThatThrownBy(() -> suite.awaitReports(ENOUGH))
          .isInstanceOf(SuiteException.class)
          .hasMessageContaining("the reports never came")
          .hasMessageContaining("KeyError: 99")
          .hasMessageContaining("suite.log");
      assertThatThrownBy(() -> suite.awaitCases(ENOUGH)).isInstanceOf(SuiteException.class);
      assertThat(suite.cases(ENOUGH)).isEqualTo(2);
    }
  }

  @Test
  void silenceIsAFailureInTheEnd() throws Exception {
    try (SuiteProcess suite = start("say @cases 2", "hang")) {
      assertThat(suite.cases(ENOUGH)).isEqualTo(2);
      assertThatThrownBy(() -> suite.awaitReports(Duration.ofMillis(1)))
          .isInstanceOf(SuiteException.class)
          .hasMessageContaining("did not come to the reports");
    }
  }

  @Test
  void missingJarIsTold() throws Exception {
    Path classes = Files.createDirectories(module.resolve("target").resolve("classes"));

    assertThatThrownBy(() -> Installation.in(classes))
        .isInstanceOf(SuiteException.class)
        .hasMessageContaining("autobahntestsuite.jar is missing")
        .hasMessageContaining("Maven Central");
  }
}

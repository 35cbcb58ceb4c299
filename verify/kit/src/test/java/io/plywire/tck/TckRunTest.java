// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.inmemory.InMemoryLoop;
import io.plywire.inmemory.InMemoryPipe;
import io.plywire.spi.Trait;
import io.plywire.spi.TransportProvider;
import io.plywire.tck.CheckResult.Status;
import io.plywire.tck.broken.BentProvider;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Runs, reports and waivers. */
class TckRunTest {
  private static final InMemoryLoop LOOP = new InMemoryLoop("tck-run");
  private static final Waiver NEEDED =
      new Waiver("N10.3", "a name with <angles> & \"quotes\"", URI.create("https://example.org/1"));
  private static final Waiver STALE =
      new Waiver("N10.1", "no reason left", URI.create("https://example.org/2"));

  /** Violates N10.3, and nothing else. */
  private static TckSubject nameless(Waiver... waivers) {
    return new TckSubject() {
      @Override
      public String name() {
        return "name <less> & more";
      }

      @Override
      public StreamPair open() {
        InMemoryPipe pipe = InMemoryPipe.create(LOOP);
        return new StreamPair(new Nameless(pipe.client()), new Nameless(pipe.server()));
      }

      @Override
      public Set<Trait> traits() {
        return EnumSet.complementOf(EnumSet.of(Trait.LISTEN));
      }

      @Override
      public List<Waiver> waivers() {
        return List.of(waivers);
      }
    };
  }

  private static TckReport run(TckSubject subject, String... rules) {
    return TckRun.of(subject).environment(TckEnvironment.quick()).rules(Set.of(rules)).run();
  }

  @Test
  void violationOfAShouldIsToldAndForgiven() {
    TckReport report = run(nameless(), "N10");

    assertThat(report.violatedRules()).containsExactly("N10.3");
    assertThat(report.isOk()).isTrue();
    assertThat(report.text())
        .contains("VIOLATED N10.3 SHOULD", "likely causes", "trace:", "conforms, with SHOULD");
  }

  @Test
  void waiverIsPrintedAndAdmitsItsRuleOnly() {
    TckReport report = run(nameless(NEEDED), "N10");

    assertThat(report.violatedRules()).isEmpty();
    assertThat(report.count(Status.WAIVED)).isEqualTo(1);
    assertThat(report.staleWaivers()).isEmpty();
    assertThat(report.isOk()).isTrue();
    assertThat(report.text()).contains("waived: N10.3, a name with", "https://example.org/1");
  }

  @Test
  void staleWaiverFails() {
    TckReport report = run(nameless(NEEDED, STALE), "N10");

    assertThat(report.staleWaivers()).containsExactly(STALE);
    assertThat(report.isOk()).isFalse();
    assertThat(report.text()).contains("STALE: the rule N10.1 is kept", "NOT CONFORMING");
  }

  @Test
  void waiverOfARuleThatWasNotCheckedIsNotStale() {
    assertThat(run(nameless(NEEDED, STALE), "N5").staleWaivers()).isEmpty();
  }

  @Test
  void waiverNeedsARuleAndAReason() {
    URI link = URI.create("https://example.org");
    assertThatThrownBy(() -> new Waiver("N99.9", "why", link)).hasMessageContaining("N99.9");
    assertThatThrownBy(() -> new Waiver("N1.1", " ", link)).hasMessageContaining("no reason");
  }

  /** Else a run of all its schemes would be a run of nothing, and succeed. */
  @Test
  void providerWithoutSchemesIsVerifiedAllTheSame() {
    TransportProvider none =
        new BentProvider() {
          @Override
          public Set<String> schemes() {
            return Set.of();
          }
        };

    TckReport report =
        TckRun.of(TransportSubject.ofEachScheme(none).get(0)).rules(Set.of("P1.1")).run();

    assertThat(report.violatedRules()).containsExactly("P1.1");
  }

  @Test
  void resultsAreToldAsTheyCome() {
    List<CheckResult> told = new ArrayList<>();
    TckRun run = TckRun.of(nameless()).rules(Set.of("N10", "N5.1")).onResult(told::add);

    assertThat(run.checks()).hasSize(6);
    assertThat(run.run().results()).isEqualTo(told);
    assertThatThrownBy(() -> run.rules(Set.of("N0"))).hasMessageContaining("N0");
  }

  @Test
  void reportsAreWellFormed(@TempDir Path folder) throws Exception {
    List<Path> files = run(nameless(), "N10").write(folder);

    assertThat(files).hasSize(4).allMatch(Files::isRegularFile);
    Document xml =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(Files.readString(files.get(1)))));
    assertThat(xml.getDocumentElement().getAttribute("failures")).isEqualTo("1");
    assertThat(xml.getElementsByTagName("testcase").getLength()).isEqualTo(3);
    assertThat(xml.getElementsByTagName("failure").item(0).getTextContent()).contains("N10.3");
    assertThat(Files.readString(files.get(2)))
        .contains("\"violated\": \"N10.3\"", "\"conforms\": true", "\"status\": \"FAILED\"");
    assertThat(Files.readString(files.get(3)))
        .contains("name &lt;less&gt; &amp; more", "N10.3")
        .doesNotContain("<less>", "src=", "<script");
  }

  // ---- JUnit

  static class WaivedTck extends TransportTck {
    @Override
    public TckSubject subject() {
      return nameless(NEEDED, STALE);
    }

    @Override
    public TckEnvironment environment() {
      return TckEnvironment.quick();
    }
  }

  static class UnwaivedTck extends TransportTck {
    @Override
    public TckSubject subject() {
      return nameless();
    }

    @Override
    public TckEnvironment environment() {
      return TckEnvironment.quick();
    }
  }

  private static Events events(Class<?> suite) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(org.junit.platform.engine.discovery.DiscoverySelectors.selectClass(suite))
        .execute()
        .testEvents();
  }

  @Test
  void junitTellsViolationsAndStaleWaivers() {
    Events unwaived = events(UnwaivedTck.class);
    assertThat(unwaived.failed().count()).isEqualTo(1);
    assertThat(unwaived.succeeded().count()).isGreaterThan(90);
    assertThat(unwaived.failed().stream().map(e -> e.getTestDescriptor().getDisplayName()))
        .containsExactly("optional_n10_3_textSaysMoreThanTheClass");

    Events waived = events(WaivedTck.class);
    assertThat(waived.failed().stream().map(e -> e.getTestDescriptor().getDisplayName()))
        .containsExactly("N10.1 is needed: no reason left");
    assertThat(waived.aborted().stream().map(e -> e.getTestDescriptor().getDisplayName()))
        .contains("optional_n10_3_textSaysMoreThanTheClass");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.cli.Cli.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TckCommandTest {
  private static final String FOREIGN =
      """
      package foreign;

      import io.plywire.inmemory.*;
      import io.plywire.spi.*;
      import io.plywire.transport.*;
      import io.plywire.stream.*;
      import java.util.*;

      public final class ForeignTransport implements TransportProvider {
        private final InMemoryTransport inner = new InMemoryTransport();
        public String name() { return NAME; }
        public int spiVersion() { return 1; }
        public Availability availability() { return inner.availability(); }
        public Set<Trait> traits() { return inner.traits(); }
        public Set<String> schemes() { return inner.schemes(); }
        public StreamExecutor executor() { return inner.executor(); }
        public Acceptor listen(Endpoint e, TransportOptions o) throws java.io.IOException {
          return inner.listen(e, o);
        }
        public void asyncConnect(Endpoint e, TransportOptions o, Handler<AsyncStream> h) {
          inner.asyncConnect(e, o, h);
        }
      }
      """;

  @TempDir private Path folder;

  /** Compiles a provider that this build knows nothing of, and packs it with its descriptor. */
  private Path jar(String name) throws IOException {
    Path source =
        Files.createDirectories(folder.resolve("foreign")).resolve("ForeignTransport.java");
    Files.writeString(source, FOREIGN.replace("NAME", '"' + name + '"'));
    assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString()))
        .isZero();
    Path jar = folder.resolve("foreign.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(new JarEntry("foreign/ForeignTransport.class"));
      Files.copy(source.resolveSibling("ForeignTransport.class"), out);
      out.putNextEntry(new JarEntry("META-INF/services/io.plywire.spi.TransportProvider"));
      out.write("foreign.ForeignTransport\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      out.closeEntry();
    }
    return jar;
  }

  @Test
  void verifiesAJarThatItHasNeverSeenAndWritesReports() throws IOException {
    Path reports = folder.resolve("reports");

    Result result =
        Cli.run(
            "",
            "tck",
            "--quick",
            "--class-path",
            jar("foreign").toString(),
            "--provider",
            "foreign",
            "--report",
            reports.toString());

    assertThat(result.exitCode()).as(result.out()).isZero();
    assertThat(result.out()).containsPattern("foreign +conforms").contains("  P1  ......");
    try (Stream<Path> files = Files.list(reports)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "foreign.txt", "foreign.html", "foreign.json", "TEST-foreign.xml");
    }
  }

  @Test
  void endsWithOneForAViolation() throws IOException {
    Result result =
        Cli.run(
            "",
            "tck",
            "--class-path",
            jar("Foreign").toString(),
            "--provider",
            "Foreign",
            "--rule",
            "P1");

    assertThat(result.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(result.out())
        .containsPattern("Foreign +VIOLATES P1.1")
        .contains("'Foreign' is no lower-case name")
        .contains("likely causes");
  }

  @Test
  void verifiesEveryTransportAndComparesRuns() {
    Result result = Cli.run("", "tck", "--rule", "N10", "--rule", "P1", "--repeat", "3");

    assertThat(result.exitCode()).as(result.out()).isZero();
    assertThat(result.out())
        .containsPattern("nio ws +conforms")
        .containsPattern("nio ws\\+unix +conforms")
        .containsPattern("inmemory +conforms")
        .contains("3 runs gave equal verdicts");
  }

  @Test
  void refusesWhatIsNotThere() {
    for (List<String> wrong :
        List.of(
            List.of("tck", "--rule", "N99"),
            List.of("tck", "--provider", "nobody"),
            List.of("tck", "--repeat", "0"))) {
      Result result = Cli.run("", wrong.toArray(String[]::new));
      assertThat(result.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(result.err()).contains(wrong.get(2));
    }
    Result jar = Cli.run("", "tck", "--class-path", "/no/such.jar");
    jar.failedInOneLine(ExitCode.FAILED);
    assertThat(jar.err())
        .contains("/no/such.jar: there is no such file")
        .doesNotContain("Exception");
  }
}

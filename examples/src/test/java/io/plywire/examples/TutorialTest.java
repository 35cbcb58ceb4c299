// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;

/** Pages of the documentation quote programs that are compiled here, letter by letter. */
class TutorialTest {
  private static final Pattern QUOTED =
      Pattern.compile("^```java\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  private static final Pattern COMMENT =
      Pattern.compile("^\\s*/\\*.*?\\*/", Pattern.DOTALL | Pattern.MULTILINE);

  private static final Pattern NO_CODE = Pattern.compile("\\s*(//.*|import .*|package .*)?");

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("README.md")) ? here : here.getParent();
  }

  @Test
  void javaInTheTutorialIsTheCompiledExample() throws IOException {
    assertThatJavaIn(
            "docs/write-a-transport.md",
            "main/java/io/plywire/examples/serial/SerialStream.java",
            "main/java/io/plywire/examples/serial/SerialTransport.java",
            "main/java/io/plywire/examples/port/ReadOperation.java",
            "test/java/io/plywire/examples/serial/SerialTransportTckTest.java")
        .hasSizeGreaterThan(4);
  }

  /** What the tutorial says of its size: all but blank lines, comments, imports and packages. */
  @Test
  void exampleIsShort() throws IOException {
    Path folder = root().resolve("examples/src/main/java/io/plywire/examples/serial");
    List<String> code = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String bare = COMMENT.matcher(Files.readString(file)).replaceAll("");
        bare.lines().filter(line -> !NO_CODE.matcher(line).matches()).forEach(code::add);
      }
    }
    assertThat(code).hasSizeBetween(50, 149);
  }

  @Test
  void javaInThePageOnTlsIsTheCompiledExample() throws IOException {
    assertThatJavaIn(
            "docs/tls.md",
            "main/java/io/plywire/examples/SecureEcho.java",
            "test/java/io/plywire/examples/SecureEchoTest.java")
        .hasSize(4);
  }

  private static ListAssert<String> assertThatJavaIn(String page, String... files)
      throws IOException {
    StringBuilder sources = new StringBuilder();
    for (String file : files) {
      sources.append(Files.readString(root().resolve("examples/src").resolve(file)));
    }
    List<String> quotes =
        QUOTED
            .matcher(Files.readString(root().resolve(page)))
            .results()
            .map((MatchResult match) -> match.group(1))
            .toList();
    String compiled = flat(sources.toString());
    for (String quote : quotes) {
      assertThat(compiled).contains(flat(quote));
    }
    return assertThat(quotes);
  }

  /** The quotes are not indented as the sources are. */
  private static String flat(String code) {
    return code.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
  }
}

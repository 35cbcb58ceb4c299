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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pages of the documentation quote programs that are compiled here, letter by letter. */
class TutorialTest {
  private static final Pattern QUOTED =
      Pattern.compile("^ *```java\n(.*?)^ *```$", Pattern.DOTALL | Pattern.MULTILINE);

  private static final Pattern COMMENT =
      Pattern.compile("^\\s*/\\*.*?\\*/", Pattern.DOTALL | Pattern.MULTILINE);

  private static final Pattern NO_CODE = Pattern.compile("\\s*(//.*|import .*|package .*)?");

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("README.md")) ? here : here.getParent();
  }

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(root().resolve("README.md")));
    try (Stream<Path> files = Files.walk(root().resolve("docs"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void javaOnEveryPageIsCompiledCode(Path page) throws IOException {
    StringBuilder sources = new StringBuilder();
    for (String folder : List.of("examples/src", "examples/chat/src", "examples/containers/src")) {
      try (Stream<Path> files = Files.walk(root().resolve(folder))) {
        for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
          sources.append(Files.readString(file));
        }
      }
    }
    String compiled = flat(sources.toString());
    QUOTED
        .matcher(Files.readString(page))
        .results()
        .map((MatchResult match) -> flat(match.group(1)))
        .filter(block -> !block.startsWith("import "))
        .forEach(block -> assertThat(compiled).contains(block));
  }

  /** What the pages say of its size: all but blank lines, comments, imports and packages. */
  @ParameterizedTest
  @CsvSource({
    "src, aio, 199",
    "src, serial, 149",
    "src, selector, 149",
    "chat/src, chat, 260",
    "containers/src, containers/jetty, 160",
    "containers/src, containers/netty, 220",
    "containers/src, containers/undertow, 130",
    "containers/src, containers/tomcat, 190"
  })
  void exampleIsShort(String sources, String example, int most) throws IOException {
    Path folder =
        root()
            .resolve("examples")
            .resolve(sources)
            .resolve("main/java/io/plywire/examples")
            .resolve(example);
    List<String> code = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String bare = COMMENT.matcher(Files.readString(file)).replaceAll("");
        bare.lines().filter(line -> !NO_CODE.matcher(line).matches()).forEach(code::add);
      }
    }
    assertThat(code).hasSizeBetween(50, most);
  }

  /** The quotes are not indented as the sources are. */
  private static String flat(String code) {
    return code.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
  }
}

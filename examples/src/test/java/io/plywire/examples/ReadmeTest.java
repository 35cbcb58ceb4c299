// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README quotes programs that are compiled here, letter by letter. */
class ReadmeTest {
  private static final Pattern QUOTED =
      Pattern.compile("^```java\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
  private static final Pattern MARKED =
      Pattern.compile("// README: (?!end)[^\n]*\n(.*?)\n *// README: end", Pattern.DOTALL);

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("README.md")) ? here : here.getParent();
  }

  @Test
  void javaInTheReadmeIsTheCompiledExamples() throws IOException {
    List<String> compiled = new ArrayList<>();
    for (String source : examples()) {
      compiled.addAll(find(MARKED, source));
    }
    assertThat(quoted().stream().filter(block -> !block.startsWith("import")))
        .hasSize(5)
        .containsExactlyInAnyOrderElementsOf(compiled);
  }

  @Test
  void importsInTheReadmeAreThoseThatMakeTheExamplesCompile() throws IOException {
    Set<String> imports = new TreeSet<>();
    for (String source : examples()) {
      if (MARKED.matcher(source).find()) {
        source.lines().filter(line -> line.startsWith("import ")).forEach(imports::add);
      }
    }
    List<String> shown =
        quoted().stream()
            .filter(block -> block.startsWith("import"))
            .flatMap(String::lines)
            .filter(line -> !line.isEmpty())
            .toList();
    assertThat(shown).containsExactlyInAnyOrderElementsOf(imports);
  }

  private static List<String> quoted() throws IOException {
    return find(QUOTED, Files.readString(root().resolve("README.md")));
  }

  private static List<String> examples() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> sources =
        Files.list(root().resolve("examples/src/main/java/io/plywire/examples"))) {
      for (Path source : sources.filter(Files::isRegularFile).sorted().toList()) {
        texts.add(Files.readString(source));
      }
    }
    return texts;
  }

  private static List<String> find(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
      found.add(matcher.group(1).stripTrailing().stripIndent());
    }
    return found;
  }
}

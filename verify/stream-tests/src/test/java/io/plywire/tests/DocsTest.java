// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The documents name tests as proof: they exist, under names that no other test has, and the table
 * of overlaps is the tested one.
 */
class DocsTest {
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|Suite))(?:\\.(\\w+))?`");
  private static final Pattern TEST_FILE = Pattern.compile("(?:Test|Suite)\\.java$");

  private static List<Path> testFolders() throws IOException {
    try (Stream<Path> modules =
        Stream.concat(
            Files.list(Repository.root()), Files.list(Repository.root().resolve("verify")))) {
      return modules
          .map(module -> module.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .sorted()
          .toList();
    }
  }

  /** Files of test classes by simple name, which is how the documents name them. */
  private static Map<String, List<Path>> testFiles() throws IOException {
    Map<String, List<Path>> byName = new TreeMap<>();
    for (Path tests : testFolders()) {
      try (Stream<Path> files = Files.walk(tests)) {
        for (Path file : files.filter(f -> TEST_FILE.matcher(f.toString()).find()).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          byName.computeIfAbsent(name, n -> new ArrayList<>()).add(file);
        }
      }
    }
    return byName;
  }

  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    for (Map.Entry<String, List<Path>> entry : testFiles().entrySet()) {
      sources.put(entry.getKey(), Files.readString(entry.getValue().get(0)));
    }
    return sources;
  }

  @Test
  void noTwoTestClassesShareAName() throws IOException {
    Map<String, List<Path>> files = testFiles();
    assertThat(files).hasSizeGreaterThan(150);
    assertThat(files.values()).filteredOn(sameName -> sameName.size() > 1).isEmpty();
  }

  @Test
  void testsThatTheDocumentsNameExist() throws IOException {
    Map<String, String> sources = testSources();
    List<String> missing = new ArrayList<>();
    int named = 0;
    try (Stream<Path> documents = Files.walk(Repository.root().resolve("docs"))) {
      for (Path document : documents.filter(f -> f.toString().endsWith(".md")).toList()) {
        Matcher matcher = NAMED.matcher(Files.readString(document));
        while (matcher.find()) {
          named++;
          String source = sources.getOrDefault(matcher.group(1), "");
          String method = matcher.group(2);
          if (source.isEmpty() || (method != null && !source.contains("void " + method + "("))) {
            missing.add(document.getFileName() + ": " + matcher.group());
          }
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(named).isGreaterThan(80);
  }

  @Test
  void tableOfOverlapsIsTheOneThatIsTested() throws IOException {
    String document = Files.readString(Repository.root().resolve("docs/write.md"));
    Matcher block = Pattern.compile("```overlap\n.*?\n(.*?)```", Pattern.DOTALL).matcher(document);
    assertThat(block.find()).isTrue();
    String tested = testSources().get("OverlapTest");
    Matcher rows = Pattern.compile("\"([A-Z_]+ +[RWPA.E1 ]+)\",?\n").matcher(tested);
    List<String> table = new ArrayList<>();
    while (rows.find()) {
      table.add(rows.group(1).strip());
    }
    assertThat(table).hasSize(9);
    assertThat(block.group(1).lines().map(String::strip)).containsExactlyElementsOf(table);
  }
}

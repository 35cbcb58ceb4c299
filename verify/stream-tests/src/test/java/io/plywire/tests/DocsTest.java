// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.websocket.WebSocketError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The documents name tests as proof: they exist, under names that no other test has, and the tables
 * of overlaps and of close codes are the right ones.
 */
class DocsTest {
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w*(?:Test|Suite))(?:\\.(\\w+))?`");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#)([^)#]+)(?:#[^)]*)?\\)");
  private static final Pattern TEST_FILE = Pattern.compile("(?:Test|Suite)\\.java$");

  private static List<Path> testFolders() throws IOException {
    List<Path> folders = new ArrayList<>();
    for (String group : List.of("", "verify", "examples")) {
      try (Stream<Path> modules = Files.list(Repository.root().resolve(group))) {
        modules
            .map(module -> module.resolve("src/test/java"))
            .filter(Files::isDirectory)
            .sorted()
            .forEach(folders::add);
      }
    }
    return folders;
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
    assertThat(named).isGreaterThan(300);
  }

  @Test
  void everyPageStandsInTheIndex() throws IOException {
    Path docs = Repository.root().resolve("docs");
    String index = Files.readString(docs.resolve("README.md"));
    try (Stream<Path> pages = Files.walk(docs)) {
      assertThat(pages.filter(f -> f.toString().endsWith(".md")))
          .extracting(page -> docs.relativize(page).toString().replace('\\', '/'))
          .filteredOn(page -> !page.equals("README.md"))
          .allSatisfy(page -> assertThat(index).contains("](" + page + ")"));
    }
  }

  @Test
  void linksLeadToFilesThatExist() throws IOException {
    List<Path> documents = new ArrayList<>();
    documents.add(Repository.root().resolve("README.md"));
    try (Stream<Path> pages = Files.walk(Repository.root().resolve("docs"))) {
      pages.filter(f -> f.toString().endsWith(".md")).forEach(documents::add);
    }
    List<String> broken = new ArrayList<>();
    for (Path document : documents) {
      Matcher links = LINK.matcher(Files.readString(document));
      while (links.find()) {
        if (!Files.exists(document.resolveSibling(links.group(1)))) {
          broken.add(document.getFileName() + ": " + links.group());
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  /** Any rows and columns of the table that is tested, with the same cells. */
  @Test
  void tablesOfOverlapsAreTheOneThatIsTested() throws IOException {
    Matcher tested =
        Pattern.compile("// +(read .*)\n((?: +\".*\",\n)+)")
            .matcher(testSources().get("OverlapTest"));
    assertThat(tested.find()).isTrue();
    Map<String, Map<String, String>> table =
        cells(tested.group(1), tested.group(2).replaceAll("[\",]", ""));
    assertThat(table).hasSize(9).allSatisfy((row, cells) -> assertThat(cells).hasSize(9));
    Map<String, Map<String, String>> complete = null;
    for (String name : List.of("write", "read", "close")) {
      String document = Files.readString(Repository.root().resolve("docs/" + name + ".md"));
      Matcher block =
          Pattern.compile("```overlap\n(.*?)\n(.*?)```", Pattern.DOTALL).matcher(document);
      assertThat(block.find()).as("a table in %s.md", name).isTrue();
      do {
        Map<String, Map<String, String>> shown = cells(block.group(1), block.group(2));
        complete = name.equals("write") ? shown : complete;
        shown.forEach(
            (row, cells) ->
                assertThat(table.get(row))
                    .as("%s in %s.md", row, name)
                    .containsAllEntriesOf(cells));
      } while (block.find());
    }
    assertThat(complete).isEqualTo(table);
  }

  private static Map<String, Map<String, String>> cells(String header, String rows) {
    String[] columns = header.strip().split(" +");
    Map<String, Map<String, String>> table = new TreeMap<>();
    for (String row : rows.lines().map(String::strip).toList()) {
      String[] fields = row.split(" +");
      assertThat(fields).as(row).hasSize(columns.length + 1);
      Map<String, String> cells = new TreeMap<>();
      for (int i = 0; i < columns.length; i++) {
        cells.put(columns[i], fields[i + 1]);
      }
      table.put(fields[0], cells);
    }
    return table;
  }

  @Test
  void closeCodesOfErrorsAreThoseOfTheDocument() throws IOException {
    Map<Integer, Set<String>> codes = new TreeMap<>();
    for (WebSocketError error : WebSocketError.values()) {
      if (error.closeCode() != 0) {
        codes.computeIfAbsent(error.closeCode(), c -> new TreeSet<>()).add(error.name());
      }
    }
    String document = Files.readString(Repository.root().resolve("docs/close.md"));
    Map<Integer, Set<String>> shown = new TreeMap<>();
    Matcher rows = Pattern.compile("\\| (1\\d{3}) \\| (.*) \\|").matcher(document);
    while (rows.find()) {
      Set<String> errors = new TreeSet<>();
      Matcher names = Pattern.compile("`([A-Z_]+)`").matcher(rows.group(2));
      while (names.find()) {
        errors.add(names.group(1));
      }
      shown.put(Integer.parseInt(rows.group(1)), errors);
    }
    assertThat(shown).isEqualTo(codes);
  }
}

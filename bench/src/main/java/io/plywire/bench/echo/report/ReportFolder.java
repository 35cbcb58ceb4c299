// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the results of a run go: {@code results.md}, {@code results.json}, {@code ratios.svg}. */
public final class ReportFolder {
  private ReportFolder() {}

  /**
   * Writes all of them, over those of a former run.
   *
   * @param folder is made if it is not there
   * @param about lines that say what was run and where
   * @return the tables, for the terminal
   * @throws IOException if a file cannot be written
   */
  public static String write(Path folder, Results results, List<String> about) throws IOException {
    String tables = Markdown.of(results, about);
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("results.md"), tables);
    Files.writeString(folder.resolve("results.json"), Json.of(results, about));
    Files.writeString(folder.resolve("ratios.svg"), Plot.of(results));
    return tables;
  }
}

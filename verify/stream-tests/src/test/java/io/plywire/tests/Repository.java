// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the files of the repository are, for tests that hold documents and code together. */
public final class Repository {
  private Repository() {}

  /** Returns the folder with the README, wherever the test was started. */
  public static Path root() {
    Path here = Path.of("").toAbsolutePath();
    for (Path folder = here; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("docs/write.md"))) {
        return folder;
      }
    }
    throw new IllegalStateException(here + " is not inside a checkout of plywire");
  }
}

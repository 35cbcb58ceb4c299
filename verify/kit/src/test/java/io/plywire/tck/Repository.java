// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the documents are that are tested. */
public final class Repository {
  private Repository() {}

  /** Returns the repository's root, wherever below it the tests run. */
  public static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("tck/SPEC.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}

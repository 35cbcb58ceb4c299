// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.suite;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Installs a suite that does what a script says, at once and without Python. */
public final class FakeSuite {
  private FakeSuite() {}

  /**
   * Installs it.
   *
   * @param module an empty folder
   * @param script what {@link org.python.util.jython} is to do
   */
  public static Installation install(Path module, String... script) throws IOException {
    Path classes = Files.createDirectories(module.resolve("target").resolve("classes"));
    Files.write(classes.resolve("script"), List.of(script));
    try {
      Path fake =
          Path.of(
              org.python
                  .util
                  .jython
                  .class
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toURI());
      return new Installation(module, classes, List.of(fake));
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}

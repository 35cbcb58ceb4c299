// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A server that needs no JVM: a program, or a script that becomes one, in the folder {@code
 * bench/servers}. The package's description says what it has to do.
 *
 * @param file what to execute
 */
public record Program(Path file) {
  /** The argument with which it speaks TLS. */
  public static final String TLS = "tls";

  private static final int NOT_INSTALLED = 3;

  static Program named(String name) {
    Path home = Path.of(System.getProperty("plywire.bench.home", "."));
    return new Program(home.resolve("servers").resolve(name).toAbsolutePath().normalize());
  }

  /** Says that something is not installed that it takes. */
  public static final class NotInstalledException extends IOException {
    private static final long serialVersionUID = 1;

    NotInstalledException(String message) {
      super(message);
    }
  }

  /**
   * Makes sure that it can be started, which may take a while. It writes on standard error what it
   * does, or misses.
   *
   * @return what it is made of, such as versions of libraries
   * @throws NotInstalledException if something is not installed
   * @throws IOException if it cannot be made
   */
  public String version() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(file.toString(), "--version").redirectError(Redirect.INHERIT).start();
    String version = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    if (exitCode == NOT_INSTALLED) {
      throw new NotInstalledException("something is not installed that it takes, see above");
    }
    if (exitCode != 0) {
      throw new IOException(file + " --version ended with exit code " + exitCode);
    }
    return version.strip();
  }
}

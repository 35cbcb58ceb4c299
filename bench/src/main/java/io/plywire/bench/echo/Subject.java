// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is measured, and a row of the tables: a server on a JDK, with TLS or not.
 *
 * @param kind the server
 * @param jdk what it runs on, or what its floor runs on if it needs none
 * @param security how it encrypts
 * @param loops how many threads serve connections
 * @param checkout where the code of plywire comes from if not from here
 */
record Subject(ServerKind kind, Jdk jdk, Security security, int loops, @Nullable Path checkout) {
  /** The jar of this module in a checkout that has been built. */
  private static final Path JAR = Path.of("bench", "target", "plywire-bench.jar");

  Subject(ServerKind kind, Jdk jdk, Security security, int loops) {
    this(kind, jdk, security, loops, null);
  }

  /** Returns where a checkout has its jar. */
  static Path jar(Path checkout) {
    return checkout.resolve(JAR);
  }

  /**
   * Returns what this is compared with first: small messages with bytes; large ones with messages,
   * since unmasking is then a good part of the work.
   */
  Subject floorIn(Cell cell) {
    return floor(cell.isLarge() ? ServerKind.FLOOR_WS_NIO : ServerKind.FLOOR_NIO);
  }

  /** Returns a floor for comparison: on the same JDK, with the same TLS and loops. */
  Subject floor(ServerKind floor) {
    return new Subject(floor, jdk, security.ofFloor(), loops);
  }

  /** Returns the same server on one loop. */
  Subject onOneLoop() {
    return new Subject(kind, jdk, security, 1, checkout);
  }

  /** Returns the same server, made of the code here. */
  Subject ofThisCode() {
    return new Subject(kind, jdk, security, loops);
  }

  /** Returns the command that runs a class of this program, for a server that runs in a JVM. */
  List<String> command(List<String> options, Class<?> main) {
    String path =
        checkout == null ? System.getProperty("java.class.path") : jar(checkout).toString();
    return jdk.command(options, path, main);
  }

  @Override
  public String toString() {
    return kind
        + (checkout == null ? "" : " of " + checkout.getFileName())
        + (security == Security.NONE ? "" : " + " + security)
        + (loops == 1 ? "" : ", " + loops + " loops")
        + (kind.program() == null ? " (" + jdk.feature() + ")" : " (no JVM)");
  }
}

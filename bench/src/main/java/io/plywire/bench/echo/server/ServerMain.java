// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import io.plywire.bench.echo.wire.Security;
import java.io.IOException;

/** The process of a server: says where it listens, and ends when its input does. */
public final class ServerMain {
  /** Begins the line that says on which port it listens. */
  public static final String PORT = "PORT ";

  private ServerMain() {}

  /**
   * Runs a server.
   *
   * @param args the name of one, and that of how it encrypts
   * @throws Exception if it cannot start
   */
  @SuppressWarnings("SystemOut") // that is where the runner listens
  public static void main(String... args) throws Exception {
    EchoServer server = ServerKind.named(args[0]).start(Security.named(args[1]));
    System.out.println(PORT + server.port());
    awaitEndOfInput();
    // Some servers would take seconds to say goodbye to connections that are gone.
    Runtime.getRuntime().halt(0);
  }

  private static void awaitEndOfInput() throws IOException {
    while (System.in.read() >= 0) {
      // whoever started this has nothing to say
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.server.ServerMain;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server in a JVM of its own. */
final class ServerProcess implements Closeable {
  /**
   * The same for all: memory that neither grows nor shrinks, and the collector that has no threads
   * of its own, since there is one processor.
   */
  static final List<String> JVM_OPTIONS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC");

  private static final Duration START = Duration.ofSeconds(60);

  private final Child child;
  private final int port;

  ServerProcess(Subject subject, Cores cores) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(cores.server());
    command.addAll(subject.jdk().command(JVM_OPTIONS, ServerMain.class));
    command.add(subject.kind().label());
    command.add(subject.security().label());
    child = new Child(subject.toString(), command);
    try {
      String line = child.line(START);
      if (!line.startsWith(ServerMain.PORT)) {
        throw new IOException(subject + " said '" + line + "' instead of its port");
      }
      port = Integer.parseInt(line.substring(ServerMain.PORT.length()));
    } catch (IOException | InterruptedException | RuntimeException e) {
      child.close();
      throw e;
    }
  }

  int port() {
    return port;
  }

  long pid() {
    return child.pid();
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}

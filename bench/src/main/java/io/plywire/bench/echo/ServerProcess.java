// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import com.google.gson.Gson;
import io.plywire.bench.echo.server.CppProgram;
import io.plywire.bench.echo.server.ServerMain;
import io.plywire.bench.echo.wire.Security;
import io.plywire.certificates.MadeCertificate;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A server in a process of its own, which is a JVM for most. */
final class ServerProcess implements Closeable {
  /**
   * The same for all: memory that neither grows nor shrinks, and the collector that has no threads
   * of its own, since there may be one processor.
   */
  static final List<String> JVM_OPTIONS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC");

  private static final String RESIDENT = "Rss:";
  private static final Duration START = Duration.ofSeconds(60);

  private final Child child;
  private final int port;

  ServerProcess(Subject subject, Cores cores) throws IOException, InterruptedException {
    this(subject, cores, List.of());
  }

  /**
   * Starts one.
   *
   * @param more options of the JVM, if it has one
   */
  ServerProcess(Subject subject, Cores cores, List<String> more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(cores.server(subject.loops()));
    CppProgram program = subject.kind().program();
    boolean secureProgram = program != null && subject.security() != Security.NONE;
    if (program == null) {
      List<String> options = new ArrayList<>(JVM_OPTIONS);
      options.addAll(more);
      command.addAll(subject.jdk().command(options, ServerMain.class));
      command.add(subject.kind().label());
      command.add(subject.security().label());
      command.add(Integer.toString(subject.loops()));
    } else {
      command.add(program.executable().toString());
      if (secureProgram) {
        command.add(CppProgram.TLS);
      }
    }
    child = new Child(subject.toString(), command);
    try {
      if (secureProgram) {
        MadeCertificate certificate = Security.certificate();
        child.tell(certificate.chainPem() + certificate.keyPem()); // and the line that ends it
      }
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

  /** Asks for its memory after garbage collection. */
  ServerMain.Memory memory() throws IOException, InterruptedException {
    child.tell(ServerMain.MEMORY);
    return new Gson().fromJson(child.line(START), ServerMain.Memory.class);
  }

  /** Returns how much memory the system has given it, in bytes. */
  long residentBytes() throws IOException {
    Path rollup = Path.of("/proc", Long.toString(pid()), "smaps_rollup");
    for (String line : Files.readAllLines(rollup)) {
      if (line.startsWith(RESIDENT)) {
        String kibibytes = line.substring(RESIDENT.length()).replace("kB", "").strip();
        return Long.parseLong(kibibytes) * 1024;
      }
    }
    throw new IOException("no " + RESIDENT + " in " + rollup);
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}

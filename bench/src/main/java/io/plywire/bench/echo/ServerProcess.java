// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import com.google.gson.Gson;
import io.plywire.bench.echo.load.Target;
import io.plywire.bench.echo.server.Program;
import io.plywire.bench.echo.server.ServerMain;
import io.plywire.bench.echo.wire.Security;
import io.plywire.bench.echo.wire.TlsSetup;
import io.plywire.certificates.MadeCertificate;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A server in a process of its own, which is a JVM for most. It talks in lines, and ends when its
 * input does, so that none outlives this process, however that ends.
 */
final class ServerProcess implements Closeable {
  /**
   * The same for all: memory that neither grows nor shrinks, and the collector that has no threads
   * of its own, since there may be one processor.
   */
  static final List<String> JVM_OPTIONS = List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC");

  private static final String RESIDENT = "Rss:";
  private static final int ANSWER_SECONDS = 60;
  private static final int END_SECONDS = 5;
  private static final int TOLD_LINES = 12;

  private final Subject subject;
  private final Process process;
  private final BufferedReader out;
  private final Path errors;
  private final int port;

  /**
   * Starts one.
   *
   * @param more options of the JVM, if it has one
   */
  ServerProcess(Subject subject, Cores cores, List<String> more) throws IOException {
    this.subject = subject;
    errors = Files.createTempFile("plywire-bench", ".err");
    errors.toFile().deleteOnExit();
    process = new ProcessBuilder(command(cores, more)).redirectError(errors.toFile()).start();
    out = process.inputReader(StandardCharsets.UTF_8);
    try {
      if (subject.kind().program() != null && subject.security() != Security.NONE) {
        MadeCertificate certificate = TlsSetup.certificate();
        tell(certificate.chainPem() + certificate.keyPem()); // and the line that ends it
      }
      String line = line();
      if (!line.startsWith(ServerMain.PORT)) {
        throw new IOException(subject + " said '" + line + "' instead of its port");
      }
      port = Integer.parseInt(line.substring(ServerMain.PORT.length()));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private List<String> command(Cores cores, List<String> more) {
    List<String> command = new ArrayList<>(cores.server(subject.loops()));
    Program program = subject.kind().program();
    if (program == null) {
      List<String> options = new ArrayList<>(JVM_OPTIONS);
      options.addAll(more);
      command.addAll(subject.command(options, ServerMain.class));
      command.add(subject.kind().toString());
      command.add(subject.security().toString());
      command.add(Integer.toString(subject.loops()));
    } else {
      command.add(program.file().toString());
      if (subject.security() != Security.NONE) {
        command.add(Program.TLS);
      }
    }
    return command;
  }

  private void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  private String line() throws IOException {
    CompletableFuture<Void> impatience =
        CompletableFuture.runAsync(
            process::destroyForcibly,
            CompletableFuture.delayedExecutor(ANSWER_SECONDS, TimeUnit.SECONDS));
    String line = out.readLine();
    impatience.cancel(false);
    if (line == null) {
      throw new IOException(
          subject + " ended, or said nothing for " + ANSWER_SECONDS + " s" + complaints());
    }
    return line;
  }

  /** Returns the last lines that it wrote to standard error. */
  private String complaints() throws IOException {
    List<String> all =
        Files.readString(errors, StandardCharsets.ISO_8859_1)
            .lines()
            .filter(line -> !line.isBlank())
            .toList();
    List<String> last = all.subList(Math.max(0, all.size() - TOLD_LINES), all.size());
    return last.isEmpty() ? "" : "; it wrote:\n  " + String.join("\n  ", last);
  }

  /** Returns what the load generator has to know of it. */
  Target target() {
    return new Target(
        port, process.pid(), subject.security() != Security.NONE, subject.kind().unmasks());
  }

  /** Asks for its memory after garbage collection. */
  ServerMain.Memory memory() throws IOException {
    tell(ServerMain.MEMORY);
    return new Gson().fromJson(line(), ServerMain.Memory.class);
  }

  /** Returns how much memory the system has given it, in bytes. */
  long residentBytes() throws IOException {
    Path rollup = Path.of("/proc", Long.toString(process.pid()), "smaps_rollup");
    for (String line : Files.readAllLines(rollup)) {
      if (line.startsWith(RESIDENT)) {
        String kibibytes = line.substring(RESIDENT.length()).replace("kB", "").strip();
        return Long.parseLong(kibibytes) * 1024;
      }
    }
    throw new IOException("no " + RESIDENT + " in " + rollup);
  }

  /** Ends it, by force if it does not listen. */
  @Override
  public void close() throws IOException {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    } finally {
      Files.deleteIfExists(errors);
    }
  }
}

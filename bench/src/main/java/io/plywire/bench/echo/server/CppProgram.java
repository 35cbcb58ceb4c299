// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * A server in C++, compiled the first time that it is wanted and after a change of its source, into
 * a folder of the build. Talks in the same lines as {@link ServerMain}.
 */
public final class CppProgram {
  /** The argument with which it reads a certificate and its key, and then speaks TLS. */
  public static final String TLS = "tls";

  /** Names the folder for compiled programs; target/programs if absent. */
  private static final String FOLDER = "plywire.bench.programs";

  private static final List<String> OPTIONS = List.of("-O3", "-std=c++17", "-DNDEBUG", "-pthread");
  private static final int PATIENCE_MINUTES = 10;

  /** Says that a compiler or a library is not installed. */
  public static final class NotInstalledException extends IOException {
    private static final long serialVersionUID = 1;

    NotInstalledException(String message) {
      super(message);
    }
  }

  /** What a command wrote, and how it ended. */
  private record Output(int exitCode, String text) {}

  private final String name;
  private final List<String> libraries;
  private final String compiler;
  private final String packages;

  /**
   * Describes one.
   *
   * @param name that of its source without .cpp, a resource beside this class
   * @param libraries options of the linker
   * @param compiler its command
   * @param packages what Debian calls that which it takes
   */
  CppProgram(String name, List<String> libraries, String compiler, String packages) {
    this.name = name;
    this.libraries = List.copyOf(libraries);
    this.compiler = compiler;
    this.packages = packages;
  }

  /** Returns the echo server of Boost.Beast. */
  static CppProgram beast() {
    return new CppProgram(
        "beast_echo", List.of("-lssl", "-lcrypto"), "g++", "g++ libboost-dev libssl-dev");
  }

  /**
   * Returns what can be executed, after compiling it if need be.
   *
   * @throws NotInstalledException if something is missing for that, and how to install it
   * @throws IOException if it cannot be compiled
   */
  public Path executable() throws IOException, InterruptedException {
    return executable(message -> {});
  }

  /**
   * Returns what can be executed, after compiling it if need be.
   *
   * @param progress is told before compiling, which takes a while
   * @throws NotInstalledException if something is missing for that, and how to install it
   * @throws IOException if it cannot be compiled
   */
  public Path executable(Consumer<String> progress) throws IOException, InterruptedException {
    byte[] source = source();
    Path folder = Path.of(System.getProperty(FOLDER, "target/programs")).toAbsolutePath();
    Path executable = folder.resolve(name + "-" + fingerprint(source));
    if (Files.isExecutable(executable)) {
      return executable;
    }
    Files.createDirectories(folder);
    Path scratch = Files.createTempDirectory(folder, name);
    try {
      Path cpp = Files.write(scratch.resolve(name + ".cpp"), source);
      Path compiled = scratch.resolve(name);
      compile(cpp, compiled, progress);
      // At once, so that nobody finds half of it.
      Files.move(compiled, executable, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      delete(scratch);
    }
    return executable;
  }

  /** Returns what it was made of, such as versions of libraries and of the compiler. */
  public String version() throws IOException, InterruptedException {
    Output output = run(List.of(executable().toString(), "--version"));
    if (output.exitCode() != 0) {
      throw new IOException(name + " --version ended with " + output);
    }
    return output.text().strip();
  }

  private byte[] source() throws IOException {
    try (InputStream in = CppProgram.class.getResourceAsStream(name + ".cpp")) {
      if (in == null) {
        throw new FileNotFoundException("no resource " + name + ".cpp");
      }
      return in.readAllBytes();
    }
  }

  /** Differs if what it is compiled from does. */
  private String fingerprint(byte[] source) {
    CRC32 sum = new CRC32();
    sum.update(source);
    sum.update(
        String.join(" ", command(Path.of(""), Path.of(""))).getBytes(StandardCharsets.UTF_8));
    return String.format("%08x", sum.getValue());
  }

  private List<String> command(Path source, Path target) {
    List<String> command = new ArrayList<>();
    command.add(compiler);
    command.addAll(OPTIONS);
    command.add("-o");
    command.add(target.toString());
    command.add(source.toString());
    command.addAll(libraries);
    return command;
  }

  private void compile(Path source, Path target, Consumer<String> progress)
      throws IOException, InterruptedException {
    List<String> command = command(source, target);
    progress.accept(
        "compiling "
            + name
            + ".cpp, which takes a minute and happens only after a change: "
            + String.join(" ", command(source.getFileName(), target.getFileName())));
    Output output;
    try {
      output = run(command);
    } catch (IOException e) {
      throw notInstalled(String.valueOf(e.getMessage()));
    }
    if (output.exitCode() != 0) {
      throw failure(output);
    }
  }

  private IOException failure(Output output) {
    return missing(output.text())
        .<IOException>map(what -> notInstalled("it cannot be compiled: " + what))
        .orElseGet(() -> new IOException(name + ".cpp cannot be compiled:\n" + output.text()));
  }

  /** Returns what a compiler did not find, if that is why it failed. */
  static Optional<String> missing(String complaints) {
    return complaints
        .lines()
        .filter(line -> line.contains("No such file") || line.contains("cannot find -l"))
        .findFirst()
        .map(line -> line.substring(line.indexOf(": ") + 2));
  }

  private NotInstalledException notInstalled(String what) {
    return new NotInstalledException(
        what + "; install it, on Debian or Ubuntu by: apt-get install " + packages);
  }

  private Output run(List<String> command) throws IOException, InterruptedException {
    Path log = Files.createTempFile("plywire-bench", ".log");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("LC_ALL", "C"); // its complaints are looked at
      Process process = builder.redirectOutput(log.toFile()).start();
      try {
        if (!process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
          throw new IOException(command.get(0) + " has not ended in " + PATIENCE_MINUTES + " min");
        }
      } finally {
        process.destroyForcibly(); // unless it has ended
      }
      return new Output(process.exitValue(), Files.readString(log, StandardCharsets.ISO_8859_1));
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of our own that talks in lines and ends when its input does. None outlives this one,
 * however that ends.
 */
final class Child implements Closeable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int TOLD_LINES = 12;
  private static final Set<Child> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> RUNNING.forEach(Child::kill), "reaper"));
  }

  private final String name;
  private final Process process;
  private final Path errors;
  private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

  /**
   * Starts it.
   *
   * @param name for messages
   * @param command what to run
   */
  Child(String name, List<String> command) throws IOException {
    this.name = name;
    errors = Files.createTempFile("plywire-bench", ".err");
    process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    Thread reader = new Thread(this::readLines, "output of " + name);
    reader.setDaemon(true);
    reader.start();
    RUNNING.add(this);
  }

  private void readLines() {
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      out.lines().forEach(line -> lines.add(Optional.of(line)));
    } catch (IOException | UncheckedIOException e) {
      // the process was killed while it wrote, which the end says as well
    }
    lines.add(Optional.empty());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Sends a line. */
  void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /**
   * Waits for a line.
   *
   * @throws IOException if none comes in time, or the process ended
   */
  String line(Duration timeout) throws IOException, InterruptedException {
    Optional<String> line = lines.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    if (line == null) {
      throw new IOException(
          name + " said nothing for " + timeout.toSeconds() + " s" + complaints());
    }
    if (line.isEmpty()) {
      lines.add(line);
      throw new IOException(name + " ended with exit code " + process.waitFor() + complaints());
    }
    return line.get();
  }

  /** Returns the last lines that it wrote to standard error. */
  String complaints() throws IOException {
    List<String> all = new ArrayList<>();
    for (String line : Files.readString(errors, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (!line.isBlank()) {
        all.add(line);
      }
    }
    List<String> last = all.subList(Math.max(0, all.size() - TOLD_LINES), all.size());
    return last.isEmpty() ? "" : "; it wrote:\n  " + String.join("\n  ", last);
  }

  private void kill() {
    process.destroyForcibly();
    errors.toFile().delete();
  }

  /** Ends it, by force if it does not listen. */
  @Override
  public void close() throws IOException {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    }
    RUNNING.remove(this);
    Files.deleteIfExists(errors);
  }
}

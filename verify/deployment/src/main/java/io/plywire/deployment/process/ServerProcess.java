// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A server in a JVM of its own, with the class path of this one. It speaks by lines, see {@link
 * Console}; when this process ends, so does it.
 *
 * <p>For one thread.
 */
public final class ServerProcess implements AutoCloseable {
  /** How long a process that lives may take to say something, in seconds. */
  private static final int PATIENCE_SECONDS = 120;

  private static final String END = "";

  private final Process process;
  private final PrintWriter in;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final String listening;

  private ServerProcess(Process process) throws IOException, InterruptedException {
    this.process = process;
    this.in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    Thread reader = new Thread(this::collect, "output of process " + process.pid());
    reader.setDaemon(true);
    reader.start();
    this.listening = expect(Console.LISTENING);
  }

  /**
   * Starts one and waits until it listens.
   *
   * @param main its class
   * @param options for the JVM
   * @param errors where its error output goes, at the end
   * @param args for the class
   */
  public static ServerProcess start(
      Class<?> main, List<String> options, Path errors, List<String> args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(args);
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
            .start();
    try {
      return new ServerProcess(process);
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private void collect() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      String line = reader.readLine();
      while (line != null) {
        lines.add(line);
        line = reader.readLine();
      }
    } catch (IOException e) {
      // It was killed.
    } finally {
      lines.add(END);
    }
  }

  /** Waits for a line that begins so, and returns what follows. */
  private String expect(String beginning) throws IOException, InterruptedException {
    while (true) {
      String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (line == null || line.equals(END)) {
        throw new IOException(
            "process "
                + process.pid()
                + " said no '"
                + beginning
                + "' "
                + (line == null ? "in time" : "before it ended"));
      }
      if (line.startsWith(beginning)) {
        return line.substring(beginning.length()).strip();
      }
    }
  }

  /** Returns what it said when it began to listen. */
  public String listening() {
    return listening;
  }

  /** Returns its number. */
  public long pid() {
    return process.pid();
  }

  /** Asks what it has. */
  public Look look() throws IOException, InterruptedException {
    in.println(Console.LOOK);
    return Look.parse(expect(Console.LOOK), Proc.of(process.pid()));
  }

  /** Sends SIGTERM, and returns at once. */
  public void terminate() {
    process.toHandle().destroy(); // that of the process itself would close its streams as well
  }

  /**
   * Waits until it has ended.
   *
   * @return what it said at its end, which is empty if it said nothing
   */
  public String awaitEnd() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IOException("process " + process.pid() + " does not end");
    }
    String end = "";
    String line = lines.take();
    while (!line.equals(END)) {
      if (line.startsWith(Console.ENDED)) {
        end = line.substring(Console.ENDED.length()).strip();
      }
      line = lines.take();
    }
    return end;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}

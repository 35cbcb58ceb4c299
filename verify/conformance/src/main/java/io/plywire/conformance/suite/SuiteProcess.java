// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.suite;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The suite, running in a JVM of its own: either its fuzzing client, which tests a server, or its
 * fuzzing server, which tests a client.
 *
 * <p>What it prints goes to {@code suite.log} in the folder of its reports. It ends with this JVM
 * at the latest. Thread safety: all methods may be called by any thread.
 */
public final class SuiteProcess implements Closeable {
  /** Which part of the suite to run. */
  public enum Part {
    /** Connects to a server once for each case. */
    CLIENT,
    /** Serves a client that asks for one case after the other. */
    SERVER
  }

  /**
   * What to run.
   *
   * @param reports the folder for its reports; exists, and is empty
   * @param agent the name of what is tested, in the reports
   * @param cases patterns of cases, with commas between them
   * @param patience by how much to multiply the deadlines of the suite, at least 1
   */
  public record Order(Path reports, String agent, String cases, int patience) {}

  private static final String LOG = "suite.log";

  private final Process process;
  private final Path log;
  private final SuiteListener listener;
  private final CompletableFuture<Integer> cases = new CompletableFuture<>();
  private final CompletableFuture<Integer> port = new CompletableFuture<>();
  private final CompletableFuture<Void> allEnded = new CompletableFuture<>();
  private final CompletableFuture<Void> reported = new CompletableFuture<>();
  private int left; // cases that have not ended; of the thread that reads what the suite says

  private SuiteProcess(Process process, Path log, SuiteListener listener) {
    this.process = process;
    this.log = log;
    this.listener = listener;
  }

  /**
   * Starts it.
   *
   * @param installation where everything is
   * @param part which part
   * @param where the URL of the server to test; or the address to listen on, where the system
   *     chooses the port
   * @param order what to run
   * @param listener hears how it goes on
   */
  public static SuiteProcess start(
      Installation installation, Part part, String where, Order order, SuiteListener listener)
      throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-XX:+UseSerialGC", // the cores are for the suite and for what it tests
            "-XX:TieredStopAtLevel=1", // C2 spends more on Jython than it gives back
            "-Dpython.cachedir.skip=true",
            "-Dpython.console.encoding=UTF-8",
            "-cp",
            installation.classPath(),
            "org.python.util.jython",
            "-u",
            "-W",
            "ignore",
            "-c",
            "import plywire_fuzz; plywire_fuzz.run()",
            part == Part.CLIENT ? "client" : "server",
            order.reports().toAbsolutePath().toString(),
            order.agent(),
            Integer.toString(order.patience()),
            order.cases(),
            where);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    SuiteProcess suite = new SuiteProcess(process, order.reports().resolve(LOG), listener);
    Thread reader = new Thread(suite::listen, "autobahn-" + part);
    reader.setDaemon(true);
    reader.start();
    return suite;
  }

  /** Returns how many cases it will run, once it knows. */
  public int cases(Duration patience) throws IOException, InterruptedException {
    return await(cases, "the number of cases", patience);
  }

  /** Returns where its server listens, once it does. */
  public int port(Duration patience) throws IOException, InterruptedException {
    return await(port, "the port of its server", patience);
  }

  /** Waits until every case has its verdict. */
  public void awaitCases(Duration patience) throws IOException, InterruptedException {
    await(allEnded, "the end of the last case", patience);
  }

  /** Waits until the reports are written. */
  public void awaitReports(Duration patience) throws IOException, InterruptedException {
    await(reported, "the reports", patience);
  }

  /** Ends it. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  private <T> T await(CompletableFuture<T> what, String name, Duration patience)
      throws IOException, InterruptedException {
    try {
      return what.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new SuiteException(
          "the suite did not come to "
              + name
              + " within "
              + patience.toSeconds()
              + " s; see "
              + log);
    } catch (ExecutionException e) {
      throw new SuiteException(
          name + " never came: " + Objects.requireNonNull(e.getCause()).getMessage());
    }
  }

  private void listen() {
    String last = "";
    @Nullable IOException failure = null;
    try (BufferedReader output =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        Writer copy = Files.newBufferedWriter(log)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        copy.append(line).append('\n').flush();
        if (line.startsWith("@")) {
          told(line.substring(1).split(" "));
        } else if (!line.isBlank()) {
          last = line;
        }
      }
    } catch (IOException e) {
      failure = e;
    }
    SuiteException ended =
        new SuiteException(
            failure == null
                ? "the suite has ended, with '" + last + "' last; see " + log
                : "what the suite says cannot be kept: " + failure);
    for (CompletableFuture<?> pending : List.of(cases, port, allEnded, reported)) {
      pending.completeExceptionally(ended); // without effect on what has come
    }
  }

  private void told(String[] words) {
    switch (words[0]) {
      case "cases" -> {
        left = Integer.parseInt(words[1]);
        listener.cases(left);
        cases.complete(left);
      }
      case "listening" -> port.complete(Integer.valueOf(words[1]));
      case "begin" -> listener.begun(words[1]);
      case "end" -> {
        listener.ended(words[1]);
        left--;
        if (left == 0) {
          allEnded.complete(null);
        }
      }
      case "done" -> reported.complete(null);
      default -> {} // a line of the suite itself; it is in the log
    }
  }
}

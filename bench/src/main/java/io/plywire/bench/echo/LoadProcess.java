// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import com.google.gson.Gson;
import io.plywire.bench.echo.load.AcceptJob;
import io.plywire.bench.echo.load.AcceptResult;
import io.plywire.bench.echo.load.LoadJob;
import io.plywire.bench.echo.load.LoadMain;
import io.plywire.bench.echo.load.LoadResult;
import io.plywire.bench.echo.load.OpenJob;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The load generator in a JVM of its own. One serves a whole run: its code is compiled once and is
 * then the same for every server.
 */
final class LoadProcess implements Closeable {
  private static final List<String> JVM_OPTIONS =
      List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC");
  private static final Duration MORE = Duration.ofMinutes(5); // to connect, and to be patient

  private final Gson gson = new Gson();
  private final Child child;

  LoadProcess(Cores cores) throws IOException {
    List<String> command = new ArrayList<>(cores.load());
    command.addAll(Jdk.own().command(JVM_OPTIONS, LoadMain.class));
    child = new Child("the load generator", command);
  }

  /**
   * Runs a job.
   *
   * @throws IOException if it failed, and why
   */
  LoadResult run(LoadJob job) throws IOException, InterruptedException {
    child.tell(LoadMain.RUN + gson.toJson(job));
    Duration patience = patience(job.warmUpSeconds(), job.seconds());
    return gson.fromJson(answer(patience), LoadResult.class);
  }

  /**
   * Opens and closes connections for a while.
   *
   * @throws IOException if it failed, and why
   */
  AcceptResult run(AcceptJob job) throws IOException, InterruptedException {
    child.tell(LoadMain.ACCEPT + gson.toJson(job));
    Duration patience = patience(job.warmUpSeconds(), job.seconds());
    return gson.fromJson(answer(patience), AcceptResult.class);
  }

  private static Duration patience(double warmUpSeconds, double seconds) {
    return MORE.plusSeconds((long) Math.ceil(5 * warmUpSeconds + seconds));
  }

  /**
   * Opens connections and leaves them alone.
   *
   * @throws IOException if that failed, and why
   */
  void open(OpenJob job) throws IOException, InterruptedException {
    child.tell(LoadMain.OPEN + gson.toJson(job));
    answer(MORE);
  }

  /**
   * Closes the connections that were opened so.
   *
   * @throws IOException if the server had ended one before
   */
  void closeOpened() throws IOException, InterruptedException {
    child.tell(LoadMain.CLOSE);
    answer(MORE);
  }

  private String answer(Duration timeout) throws IOException, InterruptedException {
    String line = child.line(timeout);
    if (line.startsWith(LoadMain.FAILED)) {
      throw new IOException(line.substring(LoadMain.FAILED.length()));
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import com.google.gson.Gson;
import io.plywire.bench.echo.load.LoadJob;
import io.plywire.bench.echo.load.LoadMain;
import io.plywire.bench.echo.load.LoadResult;
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
  private static final Duration MORE = Duration.ofSeconds(90); // connecting, and its own patience

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
    child.tell(gson.toJson(job));
    long seconds = (long) Math.ceil(5 * job.warmUpSeconds() + job.seconds());
    String line = child.line(MORE.plusSeconds(seconds));
    if (line.startsWith(LoadMain.FAILED)) {
      throw new IOException(line.substring(LoadMain.FAILED.length()));
    }
    return gson.fromJson(line, LoadResult.class);
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}

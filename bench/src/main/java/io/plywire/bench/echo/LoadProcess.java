// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import com.google.gson.Gson;
import com.sun.management.UnixOperatingSystemMXBean;
import io.plywire.bench.echo.load.AcceptJob;
import io.plywire.bench.echo.load.LoadJob;
import io.plywire.bench.echo.load.LoadMain;
import io.plywire.bench.echo.load.LoadResult;
import io.plywire.bench.echo.load.OpenJob;
import io.plywire.bench.echo.load.Span;
import java.io.Closeable;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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

  /** Files that it has open besides connections, and some to spare. */
  private static final int OTHER_FILES = 500;

  private final Gson gson = new Gson();
  private final Cores cores;
  private Child child;

  LoadProcess(Cores cores) throws IOException {
    this.cores = cores;
    child = start(cores);
  }

  private static Child start(Cores cores) throws IOException {
    List<String> command = new ArrayList<>(cores.load());
    command.addAll(Jdk.own().command(JVM_OPTIONS, LoadMain.class));
    return new Child("the load generator", command);
  }

  /** Starts it again if it has ended, so that what comes next is measured. */
  void revive() throws IOException {
    if (!child.isAlive()) {
      child.close();
      child = start(cores);
    }
  }

  /** Returns how many connections it can have open at the same time. */
  int maxConnections() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? (int) Math.min(Integer.MAX_VALUE, unix.getMaxFileDescriptorCount() - OTHER_FILES)
        : Integer.MAX_VALUE;
  }

  /**
   * Opens the connections of a job.
   *
   * @throws IOException if that failed, and why
   */
  void begin(LoadJob job) throws IOException, InterruptedException {
    done(LoadMain.ECHO + gson.toJson(job), MORE);
  }

  /** Begins a job that opens connections when it is its turn. */
  void begin(AcceptJob job) throws IOException, InterruptedException {
    done(LoadMain.ACCEPT + gson.toJson(job), MORE);
  }

  /**
   * Lets a job work without measuring.
   *
   * @param port of its server
   * @param seconds how long at least
   * @param enough how much to do at least, if four times the time suffices
   * @throws IOException if it failed, and why; the job is over then
   */
  void warmUp(int port, double seconds, long enough) throws IOException, InterruptedException {
    Span span = new Span(port, seconds, enough);
    done(LoadMain.WARM_UP + gson.toJson(span), MORE.plusSeconds((long) Math.ceil(5 * seconds)));
  }

  /** Lets a job work and measures it; what {@link #warmUp} says goes for this as well. */
  void measure(int port, double seconds) throws IOException, InterruptedException {
    Span span = new Span(port, seconds, 0);
    done(LoadMain.MEASURE + gson.toJson(span), MORE.plusSeconds((long) Math.ceil(seconds)));
  }

  /**
   * Ends a job.
   *
   * @return what was measured, all in all
   */
  LoadResult end(int port) throws IOException, InterruptedException {
    child.tell(LoadMain.END + port);
    return gson.fromJson(answer(MORE), LoadResult.class);
  }

  /**
   * Opens connections and leaves them alone.
   *
   * @throws IOException if that failed, and why
   */
  void open(OpenJob job) throws IOException, InterruptedException {
    done(LoadMain.OPEN + gson.toJson(job), MORE);
  }

  /**
   * Closes the connections that were opened so.
   *
   * @throws IOException if the server had ended one before
   */
  void closeOpened() throws IOException, InterruptedException {
    done(LoadMain.CLOSE, MORE);
  }

  private void done(String line, Duration timeout) throws IOException, InterruptedException {
    child.tell(line);
    answer(timeout);
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

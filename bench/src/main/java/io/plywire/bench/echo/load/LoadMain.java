// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The process of the load generator. Each line of its input is a word and, except for {@link
 * #CLOSE}, JSON; each gets a line in answer: a result in JSON, {@link #DONE}, or one that begins
 * with {@link #FAILED}. Ends with its input.
 *
 * <p>Jobs may stand side by side, one for each server; the one whose turn it is works. One that
 * failed is over.
 */
public final class LoadMain {
  /** Begins a {@link LoadJob}. */
  public static final String ECHO = "ECHO ";

  /** Begins an {@link AcceptJob}. */
  public static final String ACCEPT = "ACCEPT ";

  /** Begins the {@link Span} of a warm-up. */
  public static final String WARM_UP = "WARM-UP ";

  /** Begins the {@link Span} of a measurement. */
  public static final String MEASURE = "MEASURE ";

  /** Begins the port of the server whose job ends, answered with a {@link LoadResult}. */
  public static final String END = "END ";

  /** Begins an {@link OpenJob}. */
  public static final String OPEN = "OPEN ";

  /** Closes what was opened, which fails if the server has ended any of it before. */
  public static final String CLOSE = "CLOSE";

  /** Answers what has no result. */
  public static final String DONE = "DONE";

  /** Begins the line that says why something could not be done. */
  public static final String FAILED = "FAILED ";

  private final Gson gson = new Gson();
  private final Map<Integer, Load> loads = new HashMap<>(); // by the server's port
  private final IdleConnections idle = new IdleConnections();

  private LoadMain() {}

  /**
   * Runs jobs until the input ends.
   *
   * @param args none
   * @throws IOException if the input cannot be read
   */
  @SuppressWarnings("SystemOut") // that is where the runner listens
  public static void main(String... args) throws IOException {
    LoadMain load = new LoadMain();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = in.readLine()) != null) {
      String answer;
      try {
        answer = load.answer(line);
      } catch (IOException | RuntimeException e) {
        answer = FAILED + e.toString().replace('\n', ' ').replace('\r', ' ');
      }
      System.out.println(answer);
    }
  }

  private String answer(String line) throws IOException {
    if (line.startsWith(ECHO)) {
      LoadJob job = read(line, ECHO, LoadJob.class);
      add(job.port(), new EchoLoad(job));
    } else if (line.startsWith(ACCEPT)) {
      AcceptJob job = read(line, ACCEPT, AcceptJob.class);
      add(job.port(), new AcceptLoad(job));
    } else if (line.startsWith(WARM_UP)) {
      Span span = read(line, WARM_UP, Span.class);
      work(span.port(), load -> load.warmUp(span.seconds(), span.enough()));
    } else if (line.startsWith(MEASURE)) {
      Span span = read(line, MEASURE, Span.class);
      work(span.port(), load -> load.measure(span.seconds()));
    } else if (line.startsWith(END)) {
      try (Load load = remove(read(line, END, Integer.class))) {
        return gson.toJson(load.result());
      }
    } else if (line.startsWith(OPEN)) {
      idle.open(read(line, OPEN, OpenJob.class));
    } else if (line.equals(CLOSE)) {
      idle.closeOpen();
    } else {
      throw new IllegalArgumentException("'" + line + "' is none of the jobs");
    }
    return DONE;
  }

  private <T> T read(String line, String word, Class<T> type) {
    return gson.fromJson(line.substring(word.length()), type);
  }

  private void add(int port, Load load) {
    loads.put(port, load);
  }

  private Load remove(int port) {
    Load load = loads.remove(port);
    if (load == null) {
      throw new IllegalArgumentException("there is no job for port " + port);
    }
    return load;
  }

  /** Something a job does. */
  @FunctionalInterface
  private interface Turn {
    void run(Load load) throws IOException;
  }

  private void work(int port, Turn turn) throws IOException {
    System.gc(); // what others left shall not be collected now
    Load load = remove(port);
    try {
      turn.run(load);
    } catch (IOException | RuntimeException e) {
      load.close();
      throw e;
    }
    add(port, load);
  }
}

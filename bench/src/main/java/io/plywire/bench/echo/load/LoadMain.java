// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The process of the load generator. Each line of its input is a word and, except for {@link
 * #CLOSE}, a job in JSON; each gets a line in answer: a result in JSON, {@link #DONE}, or one that
 * begins with {@link #FAILED}. Ends with its input.
 */
public final class LoadMain {
  /** Begins a {@link LoadJob}, answered with a {@link LoadResult}. */
  public static final String RUN = "RUN ";

  /** Begins an {@link AcceptJob}, answered with an {@link AcceptResult}. */
  public static final String ACCEPT = "ACCEPT ";

  /** Begins an {@link OpenJob}. */
  public static final String OPEN = "OPEN ";

  /** Closes what was opened, which fails if the server has ended any of it before. */
  public static final String CLOSE = "CLOSE";

  /** Answers what has no result. */
  public static final String DONE = "DONE";

  /** Begins the line that says why something could not be done. */
  public static final String FAILED = "FAILED ";

  private final Gson gson = new Gson();
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
    if (line.startsWith(RUN)) {
      System.gc(); // what the last job left shall not be collected in this one
      LoadJob job = gson.fromJson(line.substring(RUN.length()), LoadJob.class);
      try (LoadGenerator load = new LoadGenerator(job)) {
        return gson.toJson(load.run());
      }
    }
    if (line.startsWith(ACCEPT)) {
      System.gc(); // as above
      AcceptJob job = gson.fromJson(line.substring(ACCEPT.length()), AcceptJob.class);
      try (Callers callers = new Callers(job)) {
        return gson.toJson(callers.run());
      }
    }
    if (line.startsWith(OPEN)) {
      idle.open(gson.fromJson(line.substring(OPEN.length()), OpenJob.class));
    } else if (line.equals(CLOSE)) {
      idle.closeOpen();
    } else {
      throw new IllegalArgumentException("'" + line + "' is none of the jobs");
    }
    return DONE;
  }
}

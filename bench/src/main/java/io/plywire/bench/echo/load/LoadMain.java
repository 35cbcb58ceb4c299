// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The process of the load generator: a job comes as a line of JSON, a result goes as one, or a line
 * that begins with {@link #FAILED}. Ends with its input.
 */
public final class LoadMain {
  /** Begins the line that says why there is no result. */
  public static final String FAILED = "FAILED ";

  private LoadMain() {}

  /**
   * Runs jobs until the input ends.
   *
   * @param args none
   * @throws IOException if the input cannot be read
   */
  @SuppressWarnings("SystemOut") // that is where the runner listens
  public static void main(String... args) throws IOException {
    Gson gson = new Gson();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = in.readLine()) != null) {
      System.gc(); // what the last job left shall not be collected in this one
      try (LoadGenerator load = new LoadGenerator(gson.fromJson(line, LoadJob.class))) {
        System.out.println(gson.toJson(load.run()));
      } catch (IOException | RuntimeException e) {
        System.out.println(FAILED + e.toString().replace('\n', ' ').replace('\r', ' '));
      }
    }
  }
}

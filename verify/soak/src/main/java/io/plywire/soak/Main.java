// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The command {@code verify/soak/run}. */
public final class Main {
  private static final String HELP =
      """
      verify/soak/run [SECONDS] [--seed N]

      Lets servers and clients of all engines talk for SECONDS (600 unless told otherwise) under
      faults: in memory, through a relay of its own, and, where a network namespace can be made,
      over a loopback with an MTU of 576, with netem if the kernel has it, and whose link goes
      down. N repeats the plan of a run; threads and the network are not repeated.

      Each round prints a line, the end a table. Exit codes: 0 all counts are zero; 1 some are not;
      3 it could not run. JAVA_HOME chooses the JVM.
      """;

  private Main() {}

  public static void main(String[] args) throws Exception {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    if (words.contains("--help") || words.contains("-h")) {
      System.out.print(HELP);
      return;
    }
    boolean namespace = words.remove("--namespace");
    long seed = System.nanoTime();
    int seconds = 600;
    try {
      int at = words.indexOf("--seed");
      if (at >= 0) {
        seed = Long.parseLong(words.get(at + 1));
        words.subList(at, at + 2).clear();
      }
      if (!words.isEmpty()) {
        seconds = Integer.parseInt(words.remove(0));
      }
      if (seconds <= 0 || !words.isEmpty()) {
        throw new IllegalArgumentException("what does it mean?");
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      System.err.println(
          "verify/soak/run: " + Arrays.toString(args) + ": " + e.getMessage() + "; --help tells");
      System.exit(3);
    }
    System.exit(new Soak(seconds, seed, namespace).run() == 0 ? 0 : 1);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.jcstress;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;

/** Runs the tests: {@code short} or {@code full}, then options of jcstress that win over these. */
public final class Main {
  private static final String WITHOUT_THREADS = "io\\.plywire\\.jcstress\\.(?!\\w*LoopTest).*";
  private static final String WITH_THREADS = "io\\.plywire\\.jcstress\\.\\w*LoopTest.*";

  /** One JVM mode, one compilation mode, any placement of the threads. */
  private static final List<String> SHORT =
      List.of(
          "-c",
          "2",
          "-f",
          "1",
          "-fsm",
          "1",
          "-iters",
          "3",
          "-time",
          "200",
          "-sc",
          "false",
          "-af",
          "NONE",
          "-jvmArgs",
          "-Xmx512m");

  /** States are made in strides, and here each has a thread, or a selector even. */
  private static final List<String> SMALL_STRIDES =
      List.of("-strideSize", "4", "-strideCount", "4");

  private Main() {}

  /**
   * Runs the tests; a forbidden outcome makes the exit status other than 0.
   *
   * @param args the mode, and more options
   * @throws Exception if jcstress breaks off
   */
  public static void main(String... args) throws Exception {
    if (args.length == 0 || !List.of("short", "full").contains(args[0])) {
      System.err.println("usage: (short | full) [option of jcstress]...");
      System.exit(2);
    }
    List<String> common = new ArrayList<>();
    if (args[0].equals("short")) {
      common.addAll(SHORT);
    }
    common.addAll(Arrays.asList(args).subList(1, args.length));
    boolean passed = run(common, WITHOUT_THREADS, List.of());
    passed &= run(common, WITH_THREADS, SMALL_STRIDES);
    System.out.println(passed ? "No forbidden outcome." : "A test failed, see above.");
    System.exit(passed ? 0 : 1);
  }

  private static boolean run(List<String> common, String tests, List<String> more)
      throws Exception {
    List<String> all = new ArrayList<>(common);
    all.addAll(more);
    if (!common.contains("-t")) {
      all.addAll(List.of("-t", tests));
    }
    Options options = new Options(all.toArray(String[]::new));
    if (!options.parse()) {
      return false;
    }
    try {
      new JCStress(options).run();
      return true;
    } catch (AssertionError e) {
      System.out.println(e.getMessage());
      return false;
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd;

import io.plywire.tck.TckReport;
import io.plywire.tck.TckRun;
import io.plywire.tck.TckSubject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The command {@code verify/transports/run}. */
public final class Main {
  private static final String HELP =
      """
      verify/transports/run [--repeat N] [--load N] [--effort little|quick|full] [--built-in]
          [--rule ID] [--report DIR] [NAME...]

      Runs the test kit N times (once unless told otherwise) over all odd transports, or those
      whose name contains a NAME; with --built-in, over the transports of this project, too; with
      --load beside so many processes that keep a processor busy. --rule is a rule or a group, and
      may be repeated.

      All runs must conform and give equal verdicts. The first report that does not is written to
      DIR, or to odd-reports. Exit codes: 0 it is so, 1 it is not, 3 wrong usage. JAVA_HOME chooses
      the JVM.
      """;

  private int repeat = 1;
  private int load;
  private Effort effort = Effort.LITTLE;
  private boolean builtIn;
  private Set<String> rules = Set.of();
  private Path reports = Path.of("odd-reports");
  private final List<String> names = new ArrayList<>();

  private Main(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      switch (words.get(i)) {
        case "--repeat" -> repeat = Integer.parseInt(words.get(++i));
        case "--load" -> load = Integer.parseInt(words.get(++i));
        case "--effort" -> effort = Effort.valueOf(words.get(++i).toUpperCase(Locale.ROOT));
        case "--built-in" -> builtIn = true;
        case "--rule" -> rules = with(rules, words.get(++i));
        case "--report" -> reports = Path.of(words.get(++i));
        default -> name(words.get(i));
      }
    }
    if (repeat < 1 || load < 0) {
      throw new IllegalArgumentException("numbers must be positive");
    }
  }

  private void name(String word) {
    if (word.startsWith("-")) {
      throw new IllegalArgumentException("what does " + word + " mean?");
    }
    names.add(word);
  }

  private static Set<String> with(Set<String> some, String another) {
    List<String> all = new ArrayList<>(some);
    all.add(another);
    return Set.copyOf(all);
  }

  /** Runs the command. */
  public static void main(String[] args) throws IOException {
    List<String> words = Arrays.asList(args);
    if (words.contains("--help") || words.contains("-h")) {
      System.out.print(HELP);
      return;
    }
    // Checks have handlers throw, by the dozen.
    Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {});
    boolean ok = false;
    try {
      ok = new Main(words).run();
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      System.err.println("verify/transports/run: " + words + ": " + e.getMessage());
      System.exit(3);
    }
    System.exit(ok ? 0 : 1);
  }

  private boolean run() throws IOException {
    List<TckSubject> subjects = subjects();
    OddTransports.missing().forEach(line -> System.out.println("LEFT OUT " + line));
    Map<TckSubject, Verdicts> all = new LinkedHashMap<>();
    Load busy = new Load(load);
    try {
      for (int i = 1; i <= repeat; i++) {
        System.out.println("run " + i + " of " + repeat);
        subjects.forEach(subject -> runOnce(subject, all));
      }
    } finally {
      busy.stop();
    }
    System.out.println();
    all.forEach(
        (subject, verdicts) ->
            System.out.printf(
                Locale.ROOT,
                "%-4s %-36s %s%n",
                verdicts.isOk() ? "ok" : "NOT",
                subject.name(),
                verdicts.text()));
    return all.values().stream().allMatch(Verdicts::isOk);
  }

  private void runOnce(TckSubject subject, Map<TckSubject, Verdicts> all) {
    Verdicts verdicts = all.computeIfAbsent(subject, s -> new Verdicts(reports));
    int known = verdicts.differences().size();
    TckReport report = once(subject).run();
    verdicts.add(report);
    System.out.printf(
        Locale.ROOT, "  %-38s %6.1f s%n", subject.name(), report.time().toMillis() / 1e3);
    verdicts.differences().stream()
        .skip(known)
        .forEach(line -> System.out.println("    DIFFERS " + line));
  }

  private TckRun once(TckSubject subject) {
    TckRun run = TckRun.of(subject).environment(effort.environment());
    return rules.isEmpty() ? run : run.rules(rules);
  }

  private List<TckSubject> subjects() {
    List<TckSubject> all = new ArrayList<>(OddTransports.odd());
    if (builtIn) {
      all.addAll(OddTransports.builtIn());
    }
    if (!names.isEmpty()) {
      all.removeIf(subject -> names.stream().noneMatch(subject.name()::contains));
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException("there is no transport of that name");
    }
    return all;
  }
}

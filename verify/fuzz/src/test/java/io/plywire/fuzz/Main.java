// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** The command {@code verify/fuzz/run}. */
public final class Main {
  private static final int HOUR = 3600;

  private Main() {}

  public static void main(String[] args) throws Exception {
    List<String> words = new ArrayList<>(Arrays.asList(args));
    if (words.contains("--help") || words.contains("-h")) {
      System.out.println(help());
      return;
    }
    List<Target> targets = List.of(Target.values());
    int seconds = HOUR;
    int jobs = 2;
    int seed = new Random().nextInt(1 << 20) + 1;
    try {
      int at = words.indexOf("--jobs");
      if (at >= 0) {
        jobs = positive(words.get(at + 1));
        words.subList(at, at + 2).clear();
      }
      at = words.indexOf("--seed");
      if (at >= 0) {
        seed = positive(words.get(at + 1));
        words.subList(at, at + 2).clear();
      }
      if (!words.isEmpty() && !Character.isDigit(words.get(0).charAt(0))) {
        targets = named(words.remove(0));
      }
      if (!words.isEmpty()) {
        seconds = positive(words.remove(0));
      }
      if (!words.isEmpty()) {
        throw new IllegalArgumentException("what does " + words + " mean?");
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      System.err.println("verify/fuzz/run: " + e.getMessage() + "; --help tells how");
      System.exit(3);
    }
    System.exit(fuzz(targets, seconds, seed, jobs) ? 0 : 1);
  }

  private static boolean fuzz(List<Target> targets, int seconds, int seed, int jobs)
      throws Exception {
    System.out.println("seed " + seed);
    Path folder = Path.of(System.getProperty("plywire.fuzz.folder", "target/fuzz"));
    ExecutorService threads = Executors.newFixedThreadPool(jobs);
    List<Future<Campaign.Outcome>> outcomes = new ArrayList<>();
    for (Target target : targets) {
      Campaign campaign = new Campaign(target, seconds, seed, folder.toAbsolutePath());
      outcomes.add(threads.submit(campaign::run));
    }
    threads.shutdown();
    StringBuilder failures = new StringBuilder();
    for (Future<Campaign.Outcome> future : outcomes) {
      Campaign.Outcome outcome = future.get();
      System.out.println(outcome);
      if (outcome.failure() != null) {
        failures.append('\n').append(outcome.failure());
      }
    }
    System.out.print(failures);
    return failures.isEmpty();
  }

  private static List<Target> named(String name) {
    if (name.equals("all")) {
      return List.of(Target.values());
    }
    for (Target target : Target.values()) {
      if (target.label().equals(name)) {
        return List.of(target);
      }
    }
    throw new IllegalArgumentException("no target '" + name + "', there are " + labels(", "));
  }

  private static int positive(String text) {
    int number = text.matches("[0-9]{1,8}") ? Integer.parseInt(text) : 0;
    if (number == 0) {
      throw new IllegalArgumentException("'" + text + "' is no positive number");
    }
    return number;
  }

  private static String labels(String between) {
    return Arrays.stream(Target.values()).map(Target::label).collect(Collectors.joining(between));
  }

  private static String help() {
    return """
        verify/fuzz/run [--jobs N] [--seed N] [TARGET] [SECONDS]

        Lets Jazzer invent inputs for TARGET, or for all of them one after the other, each for
        SECONDS (an hour unless told otherwise), N targets at a time (2 unless told otherwise).
        A seed is printed; with the same one and an empty corpus, the same is tried.
        The targets are:

          %s

        What is worth keeping of a run is found by the next one in target/fuzz/TARGET/corpus, until
        it is cleaned away. Exit codes: 0 nothing found; 1 something was: the input is printed as a
        line for src/test/resources/seeds/TARGET.txt, with the trace; 3 it could not run.
        JAVA_HOME chooses the JVM.
        """
        .formatted(labels("\n  "));
  }
}

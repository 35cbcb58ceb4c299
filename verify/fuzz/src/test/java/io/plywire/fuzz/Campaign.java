// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One target, fuzzed for some time by Jazzer in a JVM of its own. */
final class Campaign {
  private static final Pattern PROGRESS =
      Pattern.compile("^#(\\d+)\\s+\\w+\\s+cov: (\\d+) ft: (\\d+) corp: (\\d+)/");
  private static final Pattern EXECUTED = Pattern.compile("^Done (\\d+) runs in (\\d+) second");

  /** What is no such file is a slow input, which a busy machine makes, or a program of Jazzer's. */
  private static final Pattern FINDING = Pattern.compile("^(crash|timeout|oom|leak)-");

  private final Target target;
  private final int seconds;
  private final int seed;
  private final Path folder;

  /**
   * Plans one.
   *
   * @param seed of what is tried: as long as it takes the same time, the same is tried
   * @param folder takes what came of it; what an earlier one found worth keeping is used
   */
  Campaign(Target target, int seconds, int seed, Path folder) {
    this.target = target;
    this.seed = seed;
    this.seconds = seconds;
    this.folder = folder.resolve(target.label());
  }

  /**
   * What came of it.
   *
   * @param executions how many inputs were tried
   * @param coverage how many edges of the code they went over, as libFuzzer counts them
   * @param features edges, told apart by how often they were gone over
   * @param corpus how many inputs are worth keeping
   * @param failure null, or what went wrong
   */
  record Outcome(
      Target target, long executions, long coverage, long features, long corpus, String failure) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%-16s %,14d executions  %5d edges %6d features  %5d inputs  %s",
          target.label(),
          executions,
          coverage,
          features,
          corpus,
          failure == null ? "no finding" : "FOUND SOMETHING, see below");
    }
  }

  Outcome run() throws IOException, InterruptedException {
    Path seeds = folder.resolve("seeds");
    Path corpus = Files.createDirectories(folder.resolve("corpus"));
    Path findings = folder.resolve("findings");
    for (Path emptied : List.of(seeds, findings)) {
      Files.createDirectories(emptied);
      for (Path old : files(emptied)) {
        Files.delete(old);
      }
    }
    int number = 0;
    for (byte[] seed : Seeds.of(target)) {
      Files.write(seeds.resolve("seed-" + number++), seed);
    }
    Path log = folder.resolve("jazzer.log");
    Process jazzer =
        new ProcessBuilder(command(findings, corpus, seeds))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      int exit = jazzer.waitFor();
      return outcome(exit, log, findings);
    } finally {
      jazzer.destroyForcibly();
    }
  }

  private List<String> command(Path findings, Path corpus, Path seeds) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.add("-XX:+EnableDynamicAgentLoading");
    command.add("-Dorg.slf4j.simpleLogger.defaultLogLevel=off");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add("com.code_intelligence.jazzer.Jazzer");
    command.add("--target_class=" + target.type().getName());
    command.add("--instrumentation_includes=io.plywire.**");
    command.add(
        "--instrumentation_excludes=io.plywire.fuzz.**"
            + File.pathSeparator
            + "io.plywire.tests.**");
    command.add("--custom_hook_includes=io.plywire.**");
    command.add("--reproducer_path=" + findings);
    command.add("-artifact_prefix=" + findings + File.separator);
    command.add("-max_total_time=" + seconds);
    command.add("-max_len=" + target.maxBytes());
    command.add("-timeout=60");
    command.add("-seed=" + seed);
    command.add(corpus.toString());
    command.add(seeds.toString());
    return command;
  }

  private Outcome outcome(int exit, Path log, Path findings) throws IOException {
    long[] last = new long[4];
    StringBuilder told = new StringBuilder();
    boolean failing = false;
    boolean done = false;
    for (String line : Files.readAllLines(log, StandardCharsets.ISO_8859_1)) {
      Matcher progress = PROGRESS.matcher(line);
      Matcher executed = EXECUTED.matcher(line);
      if (progress.find()) {
        for (int i = 0; i < last.length; i++) {
          last[i] = Long.parseLong(progress.group(i + 1));
        }
      } else if (executed.find()) {
        last[0] = Long.parseLong(executed.group(1));
        done = true;
      }
      failing |= line.startsWith("== ") || line.startsWith("==") && line.contains("ERROR");
      if (failing) {
        told.append(line).append('\n');
      }
    }
    String failure = null;
    if (exit != 0 || !done) {
      StringBuilder text = new StringBuilder();
      text.append(target.label()).append(": Jazzer ended with exit code ").append(exit);
      text.append("; all it said is in ").append(log).append('\n').append(told);
      for (Path finding : files(findings)) {
        if (FINDING.matcher(finding.getFileName().toString()).find()) {
          text.append("As a line for seeds/").append(target.label()).append(".txt:\n");
          text.append(Seeds.write(Files.readAllBytes(finding))).append('\n');
        }
      }
      failure = text.toString();
    }
    return new Outcome(target, last[0], last[1], last[2], last[3], failure);
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}

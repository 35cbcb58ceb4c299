// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which processors the server has for itself and which one the load generator, where the system can
 * tell processes to stay there.
 *
 * @param servers processors for a server, the first for one with one loop; none if it is not pinned
 * @param load the command that pins the load generator, empty if it is not
 * @param description what was chosen, and why not if it was not
 */
record Cores(List<Integer> servers, List<String> load, String description) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";

  /** Looks at the machine. */
  static Cores choose() {
    if (!hasTaskset()) {
      return unpinned("there is no taskset");
    }
    List<Integer> allowed;
    try {
      allowed = allowed();
    } catch (IOException e) {
      return unpinned("the processors cannot be told: " + e);
    }
    if (allowed.size() < 2) {
      return unpinned("there is one processor only, " + allowed);
    }
    int load = allowed.get(0);
    List<Integer> others = new ArrayList<>(allowed);
    others.removeAll(threadsOfSameCore(load));
    boolean shared = others.isEmpty();
    if (shared) {
      others.addAll(allowed.subList(1, allowed.size()));
    }
    Collections.reverse(others); // away from the load generator's
    return new Cores(
        List.copyOf(others),
        List.of("taskset", "-c", Integer.toString(load)),
        "load generator on processor "
            + load
            + (shared ? "; NOTE: this and the server's are threads of one core" : ""));
  }

  /** Returns the command that pins a server with so many loops, empty if it is not pinned. */
  List<String> server(int loops) {
    return servers.isEmpty() ? List.of() : List.of("taskset", "-c", list(loops));
  }

  private String list(int loops) {
    return servers.stream().limit(loops).map(String::valueOf).collect(Collectors.joining(","));
  }

  /** Says who is where, for servers with up to so many loops. */
  String describe(int loops) {
    if (servers.isEmpty()) {
      return description;
    }
    String where =
        (Math.min(loops, servers.size()) == 1
                ? "server on processor "
                : "servers on as many of these processors as they have loops: ")
            + list(loops)
            + ", "
            + description;
    return loops <= servers.size()
        ? where
        : String.format(
            Locale.ROOT,
            "%s; NOTE: %d loops share %d processor%s, so throughput cannot grow with all of them",
            where,
            loops,
            servers.size(),
            servers.size() == 1 ? "" : "s");
  }

  private static Cores unpinned(String why) {
    return new Cores(
        List.of(), List.of(), "NOTE: server and load generator are not pinned: " + why);
  }

  private static boolean hasTaskset() {
    String path = System.getenv("PATH");
    if (path == null) {
      return false;
    }
    for (String folder : path.split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, "taskset"))) {
        return true;
      }
    }
    return false;
  }

  private static List<Integer> allowed() throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(ALLOWED)) {
        return parse(line.substring(ALLOWED.length()));
      }
    }
    throw new IOException("no " + ALLOWED + " in " + STATUS);
  }

  private static List<Integer> threadsOfSameCore(int processor) {
    @Nullable String siblings = null;
    try {
      siblings =
          Files.readString(
              Path.of("/sys/devices/system/cpu/cpu" + processor, "topology/thread_siblings_list"));
    } catch (IOException e) {
      // a machine that does not tell is taken to have whole cores
    }
    return siblings == null ? List.of(processor) : parse(siblings);
  }

  /** Reads a list such as 0-3,8. */
  static List<Integer> parse(String list) {
    List<Integer> numbers = new ArrayList<>();
    for (String part : list.strip().split(",", -1)) {
      String[] ends = part.split("-", 2);
      int first = Integer.parseInt(ends[0].strip());
      int last = ends.length == 1 ? first : Integer.parseInt(ends[1].strip());
      for (int i = first; i <= last; i++) {
        numbers.add(i);
      }
    }
    return numbers;
  }
}

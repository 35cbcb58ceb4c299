// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which processors servers have for themselves and which one the load generator, which is this
 * process, where the system can tell processes to stay there.
 *
 * @param allowed all that there are for this process, in the end as well
 * @param servers processors for a server, the first for one with one loop; none if it is not pinned
 * @param description what was chosen for the load generator, and why not if nothing was
 */
record Cores(List<Integer> allowed, List<Integer> servers, String description)
    implements Closeable {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";

  /** Looks at the machine, and moves this process to its processor. */
  static Cores choose() {
    List<Integer> allowed = List.of();
    try {
      allowed =
          Files.readAllLines(STATUS).stream()
              .filter(line -> line.startsWith(ALLOWED))
              .flatMap(line -> parse(line.substring(ALLOWED.length())).stream())
              .toList();
    } catch (IOException e) {
      // not Linux, which is told below
    }
    if (allowed.size() < 2) {
      return unpinned("processors to choose from: " + allowed);
    }
    int load = allowed.get(0);
    List<Integer> servers = new ArrayList<>(allowed.subList(1, allowed.size()));
    Collections.reverse(servers); // away from the load generator's
    try {
      pin(List.of(load));
    } catch (IOException e) {
      return unpinned(e.getMessage());
    }
    boolean shared = threadsOfSameCore(load).contains(servers.get(0));
    return new Cores(
        allowed,
        servers,
        "load generator on processor "
            + load
            + (shared ? "; NOTE: this and the server's are threads of one core" : ""));
  }

  private static Cores unpinned(String why) {
    return new Cores(
        List.of(), List.of(), "NOTE: server and load generator are not pinned: " + why);
  }

  /** Moves all threads of this process. */
  private static void pin(List<Integer> processors) throws IOException {
    String pid = Long.toString(ProcessHandle.current().pid());
    try {
      int exitCode =
          new ProcessBuilder("taskset", "-a", "-c", "-p", list(processors), pid)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start()
              .waitFor();
      if (exitCode != 0) {
        throw new IOException("taskset ended with exit code " + exitCode);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Returns the command that pins a server with so many loops, empty if it is not pinned. */
  List<String> server(int loops) {
    return servers.isEmpty()
        ? List.of()
        : List.of("taskset", "-c", list(servers.stream().limit(loops).toList()));
  }

  /** Says who is where, for servers with up to so many loops. */
  String describe(int loops) {
    if (servers.isEmpty()) {
      return description;
    }
    String where =
        (loops == 1 ? "server on processor " : "loops of a server on processors ")
            + list(servers.stream().limit(loops).toList())
            + ", "
            + description;
    return loops <= servers.size()
        ? where
        : where + "; NOTE: there are more loops, so throughput cannot grow with all of them";
  }

  private static List<Integer> threadsOfSameCore(int processor) {
    try {
      return parse(
          Files.readString(
              Path.of("/sys/devices/system/cpu/cpu" + processor, "topology/thread_siblings_list")));
    } catch (IOException e) {
      return List.of(processor); // a machine that does not tell is taken to have whole cores
    }
  }

  /** Reads a list such as 0-3,8. */
  static List<Integer> parse(String list) {
    List<Integer> numbers = new ArrayList<>();
    for (String part : list.strip().split(",", -1)) {
      String[] ends = part.split("-", 2);
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int i = Integer.parseInt(ends[0]); i <= last; i++) {
        numbers.add(i);
      }
    }
    return numbers;
  }

  private static String list(List<Integer> processors) {
    return processors.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** Lets this process go where it may. */
  @Override
  public void close() throws IOException {
    if (!servers.isEmpty()) {
      pin(allowed);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Which processors servers have for themselves. The load generator, which is this process, was
 * pinned to another one by {@code bench/run}, where there is {@code taskset}.
 *
 * @param load the load generator's; empty if nothing is pinned
 * @param servers the first for a server with one loop
 */
record Cores(String load, List<String> servers) {
  /** Names the processors, the load generator's first. */
  private static final String PROPERTY = "plywire.bench.processors";

  /** Returns what {@code bench/run} has chosen. */
  static Cores chosen() {
    List<String> all = Arrays.asList(System.getProperty(PROPERTY, "").split(",", -1));
    return new Cores(all.get(0), all.subList(1, all.size()));
  }

  /** Returns the command that pins a server with so many loops, empty if it is not pinned. */
  List<String> server(int loops) {
    return servers.isEmpty() ? List.of() : List.of("taskset", "-c", first(loops));
  }

  private String first(int loops) {
    return String.join(",", servers.subList(0, Math.min(loops, servers.size())));
  }

  /** Says who is where, for servers with up to so many loops. */
  String describe(int loops) {
    if (servers.isEmpty()) {
      return "NOTE: server and load generator are not pinned, for want of taskset or of processors";
    }
    return (loops == 1 ? "server on processor " : "loops of a server on processors ")
        + first(loops)
        + ", load generator on processor "
        + load
        + (loops <= servers.size()
            ? ""
            : "; NOTE: there are more loops, so throughput cannot grow with all of them")
        + (areThreadsOfOneCore() ? "; NOTE: load generator and server share a core" : "");
  }

  private boolean areThreadsOfOneCore() {
    try {
      Path topology = Path.of("/sys/devices/system/cpu/cpu" + load, "topology");
      String threads = Files.readString(topology.resolve("thread_siblings_list")).strip();
      return Arrays.asList(threads.split("[,-]", -1)).contains(servers.get(0));
    } catch (IOException e) {
      return false; // a machine that does not tell is taken to have whole cores
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The loopback of a network namespace of our own, which may be slowed, cut and taken down. */
final class Netem {
  private final boolean shapes;
  private final List<Thread> outages = new ArrayList<>();

  /** Finds out what can be done; tells what cannot. */
  Netem() {
    shapes = run("tc", "qdisc", "replace", "dev", "lo", "root", "netem", "delay", "1ms");
    if (!shapes) {
      System.out.println(
          "NO NETEM on this machine (no tc, or a kernel without sch_netem): the loopback loses,"
              + " delays and reorders nothing; it has an MTU of 576 and goes down");
    }
    calm();
  }

  /** Begins one of several disturbances, and returns its name. */
  String disturb(Random random) {
    StringBuilder name = new StringBuilder("network");
    if (random.nextInt(3) > 0) {
      require("ip", "link", "set", "lo", "mtu", "576");
      name.append(", MTU 576");
    }
    if (shapes && random.nextInt(4) > 0) {
      int delay = 1 + random.nextInt(40);
      int loss = random.nextInt(6);
      int reordered = random.nextInt(30);
      require(
          ("tc qdisc replace dev lo root netem delay "
                  + delay
                  + "ms "
                  + delay / 2
                  + "ms loss "
                  + loss
                  + "% reorder "
                  + reordered
                  + "% 50% duplicate 1%")
              .split(" "));
      name.append(", delay ").append(delay).append(" ms, loss ").append(loss);
      name.append("%, reorder ").append(reordered).append('%');
    }
    int outage = random.nextInt(4);
    if (outage > 0) {
      // The longest is longer than anybody waits for a peer.
      int millis = outage == 3 ? 9_000 : 100 + random.nextInt(1_500);
      int after = random.nextInt(700);
      Thread thread = new Thread(() -> linkDown(after, millis), "soak-outage");
      outages.add(thread);
      thread.start();
      name.append(", link down for ").append(millis).append(" ms");
    }
    return name.toString();
  }

  private void linkDown(int after, int millis) {
    try {
      Thread.sleep(after);
      require("ip", "link", "set", "lo", "down");
      Thread.sleep(millis);
      require("ip", "link", "set", "lo", "up");
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for the end of the outage, and restores the loopback. */
  void calm() {
    try {
      for (Thread outage : outages) {
        outage.join();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    outages.clear();
    require("ip", "link", "set", "lo", "mtu", "65536");
    if (shapes) {
      require("tc", "qdisc", "del", "dev", "lo", "root");
    }
  }

  private static void require(String... command) {
    if (!run(command) && !command[1].equals("qdisc")) {
      throw new IllegalStateException("failed: " + String.join(" ", command));
    }
  }

  private static boolean run(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false; // there is no such program
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.floods;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Keeps many connections that behave in one manner; whoever is turned away comes again. */
final class Attacker implements Attack {
  /** A byte of a half handshake each second; a look for those that were turned away more often. */
  private static final int ROUNDS_PER_SECOND = 10;

  private final Flood flood;
  private final Target target;
  private final List<Hostile> connections = new ArrayList<>();
  private final Thread thread;
  private volatile boolean over;

  Attacker(Flood flood, Target target, int count) throws IOException {
    this.flood = flood;
    this.target = target;
    for (int i = 0; i < count; i++) {
      connections.add(new Hostile(flood, target, Target.from(i % flood.addresses())));
    }
    thread = new Thread(this::run, flood.name());
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    long round = 0;
    while (!over) {
      boolean busy = false;
      for (Hostile each : connections) {
        busy |= each.act(round / ROUNDS_PER_SECOND);
      }
      round++;
      if (!busy) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / ROUNDS_PER_SECOND);
      }
    }
    connections.forEach(Hostile::close);
  }

  @Override
  public long attempts() {
    return connections.stream().mapToLong(Hostile::attempts).sum();
  }

  @Override
  public void close() {
    over = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it ends by itself
    }
  }

  @Override
  public String toString() {
    return flood + " against " + target;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import org.HdrHistogram.Histogram;

/** Connections that are opened, upgraded, and closed at once: always the same number under way. */
final class AcceptLoad extends Load {
  private final AcceptJob job;
  private final Opening opening;
  private final Sources sources;
  private int underWay;

  /** Prepares for a job; opens nothing yet. */
  AcceptLoad(AcceptJob job) throws IOException {
    super(job.pid(), "connections");
    this.job = job;
    opening = new Opening(job.port(), job.tls());
    sources = new Sources(job.port(), (int) System.nanoTime());
  }

  @Override
  void begin() throws IOException {
    for (int i = 0; i < job.atOnce(); i++) {
      open();
    }
  }

  private void open() throws IOException {
    Caller caller = new Caller(opening, sources, job.port());
    underWay++;
    caller.start(selector);
  }

  @Override
  long underWay() {
    return underWay;
  }

  @Override
  int ready(SelectionKey key, Histogram latencies, boolean more) throws IOException {
    if (!((Caller) key.attachment()).ready(target, latencies)) {
      return 0;
    }
    underWay--;
    if (more) {
      open();
    }
    return 1;
  }
}

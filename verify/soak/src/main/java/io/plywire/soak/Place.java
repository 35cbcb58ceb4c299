// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import io.plywire.stream.StreamExecutor;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/** Where servers listen and clients connect to them. */
interface Place extends AutoCloseable {
  /** Returns a fault that can be made here. */
  Fault fault(Random random);

  /** Begins the opening of a connection, and does to it what is planned. */
  void open(Talk talk) throws IOException;

  /** Returns what happens to all connections of a round, and begins it. */
  String disturb(Random random);

  /** Whether connections of this round may be silent for longer than is waited for. */
  boolean silences();

  /** Returns the loops that serve it, of servers and clients. */
  List<? extends StreamExecutor> executors();

  /** Ends what {@link #disturb} began. */
  void calm();

  @Override
  void close();
}

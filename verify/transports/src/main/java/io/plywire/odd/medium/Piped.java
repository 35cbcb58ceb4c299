// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.tck.StreamPair;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Piped streams of {@code java.io}; each remembers its threads, so these live as long as it. */
public final class Piped {
  private static final int PIPE_BYTES = 8 << 10;

  private Piped() {}

  /** Makes both ends of a connection. */
  public static StreamPair pair() throws IOException {
    PipedOutputStream there = new PipedOutputStream();
    PipedOutputStream back = new PipedOutputStream();
    PipedInputStream fromThere = new PipedInputStream(there, PIPE_BYTES);
    PipedInputStream fromBack = new PipedInputStream(back, PIPE_BYTES);
    return new StreamPair(
        end("piped, near end", fromBack, there, back),
        end("piped, far end", fromThere, back, there));
  }

  private static BlockingStream end(
      String name, PipedInputStream in, PipedOutputStream out, PipedOutputStream other) {
    ExecutorService reader = Executors.newSingleThreadExecutor(Threads.named("odd-piped"));
    ExecutorService writer = Executors.newSingleThreadExecutor(Threads.named("odd-piped"));
    return new BlockingStream(
        name,
        in,
        out,
        reader,
        writer,
        out,
        () -> {
          out.close();
          in.close();
          other.close(); // wakes our reader, which nothing else does
          reader.shutdown();
          writer.shutdown();
        });
  }
}

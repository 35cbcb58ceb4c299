// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.medium;

import io.plywire.tck.StreamPair;
import java.io.IOException;

/** Two children that copy their input to their output, one for each direction. */
public final class Processes {
  private Processes() {}

  /** Makes both ends of a connection. */
  public static StreamPair pair() throws IOException {
    Process there = cat();
    Process back = cat();
    return new StreamPair(end("cat, near end", back, there), end("cat, far end", there, back));
  }

  private static Process cat() throws IOException {
    return new ProcessBuilder("cat").redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static BlockingStream end(String name, Process in, Process out) {
    return new BlockingStream(
        name,
        in.getInputStream(),
        out.getOutputStream(),
        Threads.BLOCKING,
        Threads.BLOCKING,
        out.getOutputStream(),
        () -> {
          in.destroyForcibly(); // ends our read, and what the peer still writes
          Threads.BLOCKING.execute(() -> closeBoth(in, out)); // which may wait for a call
        });
  }

  private static void closeBoth(Process in, Process out) {
    try {
      out.getOutputStream().close();
    } catch (IOException e) {
      // Nobody reads any more.
    }
    try {
      in.getInputStream().close();
    } catch (IOException e) {
      // It was destroyed.
    }
  }
}

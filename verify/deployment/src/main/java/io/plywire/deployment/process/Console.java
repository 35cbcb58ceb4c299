// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.IntSupplier;

/** The end of a {@link ServerProcess} that is within that process. */
public final class Console {
  static final String LISTENING = "listening ";
  static final String LOOK = "look ";
  static final String ENDED = "ended ";

  private Console() {}

  /** Says where it listens. */
  public static void listening(String where) {
    say(LISTENING + where);
  }

  /** Says how it ended. */
  public static void ended(String how) {
    say(ENDED + how);
  }

  /** Answers questions until the other process has ended, and then ends this one. */
  public static void answer(IntSupplier connections) throws IOException, InterruptedException {
    Lateness lateness = Lateness.watch();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    while (in.readLine() != null) {
      say(LOOK + Look.text(connections.getAsInt(), lateness));
    }
    Runtime.getRuntime().halt(0);
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}

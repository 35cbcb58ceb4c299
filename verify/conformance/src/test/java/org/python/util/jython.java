// SPDX-License-Identifier: Apache-2.0
package org.python.util;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/**
 * Stands where Python does, and does what the file {@code script} on its class path says, a line
 * each: {@code say TEXT}, {@code report JSON}, {@code hang}.
 */
public final class jython {
  private jython() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    int program = Arrays.asList(args).indexOf("-c") + 1;
    Path reports = Path.of(args[program + 2]);
    String script;
    try (var in = jython.class.getResourceAsStream("/script")) {
      script = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
    for (String line : script.lines().toList()) {
      String[] parts = line.split(" ", 2);
      switch (parts[0]) {
        case "say" -> System.out.println(parts[1]);
        case "arguments" ->
            System.out.println(
                String.join("|", Arrays.asList(args).subList(program + 1, args.length)));
        case "report" -> Files.writeString(reports.resolve("index.json"), parts[1]);
        case "hang" -> new CountDownLatch(1).await();
        default -> throw new IllegalArgumentException(line);
      }
    }
  }
}

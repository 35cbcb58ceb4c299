// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Map;

/**
 * Where a command reads from and writes to. Payloads of messages go to {@link #out()} as the bytes
 * they are; text for people goes through the writers.
 *
 * @param in standard input
 * @param out standard output
 * @param outWriter the same for text
 * @param errWriter standard error
 * @param environment the variables of the environment
 */
record Terminal(
    InputStream in,
    PrintStream out,
    PrintWriter outWriter,
    PrintWriter errWriter,
    Map<String, String> environment) {
  static Terminal of(InputStream in, OutputStream out, OutputStream err, Charset charset) {
    return of(in, out, err, charset, System.getenv());
  }

  static Terminal of(
      InputStream in,
      OutputStream out,
      OutputStream err,
      Charset charset,
      Map<String, String> environment) {
    PrintStream bytes = out instanceof PrintStream p ? p : new PrintStream(out, false, charset);
    return new Terminal(
        in,
        bytes,
        new PrintWriter(bytes, true, charset),
        new PrintWriter(err, true, charset),
        environment);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program {@code openssl} as the peer: it is told what to send, and what it prints can be
 * waited for. Bytes are characters of ISO 8859-1, so that frames can be searched like text.
 */
public final class OpenSsl implements AutoCloseable {
  private final Process process;
  private final StringBuilder printed = new StringBuilder(); // guarded by itself
  private boolean ended; // guarded by printed
  private int seen; // up to where somebody waited; the test's thread

  private OpenSsl(Process process) {
    this.process = process;
    Thread reader = new Thread(this::collect, "openssl-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Skips the test, with the reason, where the program is not installed. */
  public static void assumeInstalled() {
    try (OpenSsl version = start("version")) {
      assumeTrue(version.exitCode() == 0, "openssl does not run here: " + version.printed());
    } catch (IOException e) {
      assumeTrue(false, "openssl is not installed (Debian package openssl): " + e.getMessage());
    }
  }

  /** Starts the program with some arguments. */
  public static OpenSsl start(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of("openssl"));
    line.addAll(List.of(arguments));
    return new OpenSsl(new ProcessBuilder(line).redirectErrorStream(true).start());
  }

  private void collect() {
    byte[] part = new byte[4096];
    try (InputStream output = process.getInputStream()) {
      for (int n = output.read(part); n >= 0; n = output.read(part)) {
        append(new String(part, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException e) {
      append("[reading what openssl prints failed: " + e + "]");
    } finally {
      synchronized (printed) {
        ended = true;
        printed.notifyAll();
      }
    }
  }

  private void append(String text) {
    synchronized (printed) {
      printed.append(text);
      printed.notifyAll();
    }
  }

  /** Waits until it prints something, after what was waited for last, and returns what. */
  public Matcher await(String regex) throws InterruptedException {
    Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
    long deadline = System.nanoTime() + Network.PATIENCE.toNanos();
    synchronized (printed) {
      while (true) {
        Matcher matcher = pattern.matcher(printed.toString());
        if (matcher.find(seen)) {
          seen = matcher.end();
          return matcher;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (ended || left <= 0) {
          throw new AssertionError(
              "openssl never prints '"
                  + regex
                  + (ended ? "', it ended" : "'")
                  + " after '"
                  + printed.substring(0, seen)
                  + "' but '"
                  + printed.substring(seen)
                  + "'");
        }
        printed.wait(left);
      }
    }
  }

  /** Waits for bytes that the other side sent. */
  public void await(byte[] bytes) throws InterruptedException {
    await(Pattern.quote(new String(bytes, StandardCharsets.ISO_8859_1)));
  }

  /** Types something; what begins with certain letters is a command to it. */
  public void type(String text) throws IOException {
    type(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Types something; what begins with certain letters is a command to it. */
  public void type(byte[] bytes) throws IOException {
    process.getOutputStream().write(bytes);
    process.getOutputStream().flush();
  }

  /** Waits for its end, and returns how it ended. */
  public int exitCode() {
    try {
      if (!process.waitFor(Network.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("openssl does not end; it printed '" + printed() + "'");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while openssl ends", e);
    }
  }

  /** Returns everything that it printed, once it has ended. */
  public String printed() {
    synchronized (printed) {
      return printed.toString();
    }
  }

  /** Ends it without letting it say goodbye. */
  public void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
  }
}

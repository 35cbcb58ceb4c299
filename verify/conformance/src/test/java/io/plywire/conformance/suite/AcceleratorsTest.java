// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** What stands in for code of the suite must do the same. The checks are in Python. */
class AcceleratorsTest {
  @Test
  void acceleratorsDoWhatTheSuiteDoes() throws Exception {
    Path script = Path.of(AcceleratorsTest.class.getResource("/accelerators.py").toURI());
    long seed = ThreadLocalRandom.current().nextInt();

    Process python =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dpython.cachedir.skip=true",
                "-cp",
                Installation.find().classPath(),
                "org.python.util.jython",
                script.toString(),
                Long.toString(seed))
            .redirectErrorStream(true)
            .start();
    python.getOutputStream().close();
    String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(python.waitFor()).as("seed %s: %s", seed, said).isZero();
    assertThat(said).containsPattern("same in \\d{4,} checks");
  }
}

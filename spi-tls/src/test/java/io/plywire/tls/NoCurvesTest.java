// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.plywire.certificates.MadeCertificate;
import io.plywire.stream.AsyncStream;
import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;

/** An image without the module that has the elliptic curves: the errors name it. */
class NoCurvesTest {
  /** What runs in a Java without them. */
  static final class Program {
    public static void main(String[] args) {
      for (Runnable attempt :
          List.<Runnable>of(
              () -> TlsContext.of(TlsConfig.client()),
              () -> TlsContext.of(TlsConfig.client().withProtocols("TLSv1.2")),
              () -> TlsIdentity.pem(Path.of(args[0]), Path.of(args[0])))) {
        try {
          attempt.run();
          System.out.println("no error");
        } catch (RuntimeException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }

  @Test
  void errorsNameTheModule(@TempDir Path folder) throws Exception {
    assumeTrue(Runtime.version().feature() < 22, "the curves are in java.base");
    MadeCertificate certificate = MadeCertificate.selfSigned("server.test");
    Path pem = Files.writeString(folder.resolve("both.pem"), certificate.chainPem());
    Files.writeString(pem, certificate.chainPem() + certificate.keyPem());
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--limit-modules",
                "java.base,java.logging",
                "-cp",
                Stream.of(
                        Program.class,
                        TlsContext.class,
                        AsyncStream.class,
                        Logger.class,
                        Nullable.class)
                    .map(NoCurvesTest::location)
                    .collect(Collectors.joining(File.pathSeparator)),
                Program.class.getName(),
                pem.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> lines =
        new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertThat(java.waitFor()).isZero();
    assertThat(lines).hasSize(3).allMatch(line -> line.contains("jlink --add-modules"));
    assertThat(lines.get(0)).doesNotContain("cipher suites [");
  }

  private static String location(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation() + ""))
        .toString();
  }
}

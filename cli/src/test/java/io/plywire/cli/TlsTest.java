// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.cli.Cli.Result;
import io.plywire.cli.Cli.Running;
import io.plywire.tls.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code wss:} on the command line. */
@Timeout(60)
class TlsTest {
  private static final String ANY = "wss://localhost:0/";

  @TempDir private Path folder;

  private Path write(String name, TlsIdentity identity) throws Exception {
    String pem =
        pem("CERTIFICATE", identity.certificates().get(0).getEncoded())
            + pem("PRIVATE KEY", identity.privateKey().getEncoded());
    return Files.writeString(folder.resolve(name), pem);
  }

  private static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), label);
  }

  @ParameterizedTest
  @CsvSource({"jdk, conscrypt", "conscrypt, bouncycastle", "bouncycastle, jdk"})
  void enginesTalkToEachOther(String serving, String connecting) throws Exception {
    try (Running server = Cli.serve("--url", ANY, "--tls-engine", serving)) {
      Result result =
          Cli.run(
              "hello\n",
              "connect",
              "--insecure",
              "--show-handshake",
              "--tls-engine",
              connecting,
              server.url());
      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.out()).isEqualTo("hello\n");
      assertThat(result.err())
          .containsPattern("(?m)^TLSv1.3 TLS_.*http/1.1 by ALPN.*" + connecting);
    }
  }

  @Test
  void clientsWithAndWithoutTlsAtOnePort() throws Exception {
    try (Running server = Cli.serve("--url", ANY, "--also-plain")) {
      assertThat(server.nextLine()).endsWith("; clients without TLS are served as well");
      Result secure = Cli.run("hello\n", "connect", "--insecure", server.url());
      assertThat(secure.exitCode()).as(secure.err()).isZero();
      assertThat(secure.out()).isEqualTo("hello\n");
      Result plain = Cli.run("hello\n", "connect", server.url().replace("wss:", "ws:"));
      assertThat(plain.exitCode()).as(plain.err()).isZero();
      assertThat(plain.out()).isEqualTo("hello\n");
    }
    Result misused = Cli.run("", "serve", "--url", "ws://localhost:0/", "--also-plain");
    assertThat(misused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(misused.err()).contains("--also-plain is for wss");
  }

  @Test
  void certificateOfFilesIsTrustedByFile() throws Exception {
    Path server = write("server.pem", DevelopmentCertificate.forLocalhost());
    try (Running running = Cli.serve("--url", ANY, "--cert", server.toString())) {
      assertThat(running.nextLine()).startsWith("certificate of " + server + ", SHA-256 ");
      Result result = Cli.run("hello\n", "connect", "--ca", server.toString(), running.url());
      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.out()).isEqualTo("hello\n");
    }
  }

  @Test
  void certificateMadeOnTheSpotIsPrintedAndNotTrusted() throws Exception {
    Path other = write("other.pem", DevelopmentCertificate.forLocalhost());
    try (Running server = Cli.serve("--url", ANY)) {
      assertThat(server.nextLine())
          .matches("certificate made for localhost, SHA-256 ([0-9A-F]{2}:){31}[0-9A-F]{2}; .*");
      for (String[] trust : new String[][] {{}, {"--ca", other.toString()}}) {
        String[] args = new String[trust.length + 2];
        args[0] = "connect";
        System.arraycopy(trust, 0, args, 1, trust.length);
        args[args.length - 1] = server.url();
        Result result = Cli.run("", args);
        result.failedInOneLine(ExitCode.TLS);
        assertThat(result.err()).contains("not trusted");
      }
    }
  }

  @Test
  void certificateForAnotherNameIsRefused() throws Exception {
    Path pem = write("server.pem", DevelopmentCertificate.forLocalhost());
    try (Running server = Cli.serve("--url", "wss://127.0.0.2:0/", "--cert", pem.toString())) {
      Result result = Cli.run("", "connect", "--ca", pem.toString(), server.url());
      result.failedInOneLine(ExitCode.TLS);
      assertThat(result.err()).contains("127.0.0.2");
    }
  }

  @Test
  void plainAndSecureDoNotMix() throws Exception {
    try (Running secure = Cli.serve("--url", ANY)) {
      Result result = Cli.run("", "connect", secure.url().replace("wss:", "ws:"));
      result.failedInOneLine(ExitCode.PROTOCOL);
      assertThat(result.err()).contains("TLS");
    }
    try (Running plain = Cli.serve("--url", "ws://localhost:0/")) {
      Result result = Cli.run("", "connect", plain.url().replace("ws:", "wss:"));
      result.failedInOneLine(ExitCode.TLS);
      assertThat(result.err()).containsIgnoringCase("plain");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "serve --url ws://localhost:0/ --cert x",
        "serve --url ws://localhost:0/ --tls-engine jdk",
        "connect ws://localhost/ --ca x",
        "connect ws://localhost/ --insecure",
        "connect wss://localhost/ --insecure --ca x",
        "connect wss://localhost/ --tls-engine openssl",
        "serve --url wss://localhost:0/ --key x"
      })
  void optionsWithoutSenseAreWrongUsage(String command) {
    Result result = Cli.run("", command.split(" "));
    assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.USAGE);
    assertThat(result.err()).startsWith("plywire ").doesNotContain("\tat ");
  }

  @Test
  void filesThatAreNoGoodAreNamed() throws IOException {
    Path garbage = Files.writeString(folder.resolve("garbage.pem"), "garbage");
    Result missing = Cli.run("", "serve", "--url", ANY, "--cert", "missing.pem");
    missing.failedInOneLine(ExitCode.TLS);
    assertThat(missing.err())
        .contains("missing.pem cannot be read: there is no such file")
        .doesNotContain("Exception");
    Result bad = Cli.run("", "connect", "wss://localhost:1/", "--ca", garbage.toString());
    bad.failedInOneLine(ExitCode.TLS);
    assertThat(bad.err()).contains("garbage.pem");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import static io.plywire.cli.DoctorCommandTest.doctor;
import static io.plywire.cli.DoctorCommandTest.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import io.plywire.cli.Cli.Result;
import io.plywire.cli.Cli.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} tells of TLS. */
@Timeout(60)
class DoctorTlsTest {
  private static final String ANY = "ws://127.0.0.1:0/";

  @TempDir private Path folder;

  private final MadeCertificate authority = MadeCertificate.authority("authority");

  private Result of(MadeCertificate certificate, boolean trusted, String... options)
      throws Exception {
    Path pem =
        Files.writeString(
            folder.resolve("server.pem"), certificate.chainPem() + certificate.keyPem());
    Path ca =
        Files.writeString(
            folder.resolve("ca.pem"),
            MadeCertificate.pem("CERTIFICATE", authority.certificate().getEncoded()));
    try (Running server = Cli.serve("--url", "wss://localhost:0/", "--cert", pem.toString())) {
      String[] args = new String[options.length + 2];
      args[0] = server.url();
      args[1] = trusted ? "--ca=" + ca : "--deflate";
      System.arraycopy(options, 0, args, 2, options.length);
      return doctor(args);
    }
  }

  @Test
  void goodOneIsTold() throws Exception {
    MadeCertificate good = authority.issue(MadeCertificate.Kind.P256, "localhost", "10.0.0.1");
    ended(
        of(good, true),
        ExitCode.OK,
        "ok tls TLSv1.3, TLS_",
        "CN=localhost issued by CN=authority for localhost, 10.0.0.1 from ",
        ", 88 days left",
        "verified: for this name",
        "All is well.");
    Result json = of(good, true, "--json");
    assertThat(json.out())
        .contains(
            "\"verified\":true",
            "\"certificates\":[{\"subject\":\"CN=localhost\",\"issuer\":\"CN=authority\","
                + "\"names\":[\"localhost\",\"10.0.0.1\"],\"not_before\":\"",
            "\"days_left\":88}]");
  }

  @Test
  void untrustedOneIsShown() throws Exception {
    MadeCertificate good = authority.issue(MadeCertificate.Kind.P256, "localhost");
    ended(
        of(good, false),
        ExitCode.TLS,
        "FAIL tls",
        "is not trusted",
        "CN=localhost issued by CN=authority",
        "What to do: if you trust its issuer, give that by --ca FILE");
    ended(of(good, false, "--insecure"), ExitCode.OK, "not verified: --insecure", "All is well.");
  }

  @Test
  void expiredOneIsShown() throws Exception {
    Instant then = Instant.now().minus(Duration.ofDays(20));
    ended(
        of(authority.issue(then, Duration.ofDays(10), "localhost"), true),
        ExitCode.TLS,
        "FAIL tls",
        ", expired",
        "What to do: have the server's certificate renewed");
  }

  @Test
  void oneThatIsNotValidYetIsShown() throws Exception {
    Instant then = Instant.now().plus(Duration.ofDays(20));
    ended(
        of(authority.issue(then, Duration.ofDays(10), "localhost"), true),
        ExitCode.TLS,
        ", not valid yet",
        "check this clock");
  }

  @Test
  void oneThatExpiresSoonIsAWarning() throws Exception {
    Instant then = Instant.now().minus(Duration.ofDays(1));
    ended(
        of(authority.issue(then, Duration.ofDays(5).plusHours(1), "localhost"), true),
        ExitCode.OK,
        "warn tls",
        "All is well so far. What to do: have CN=localhost renewed: 4 days left");
  }

  @Test
  void oneForAnotherNameIsShown() throws Exception {
    ended(
        of(authority.issue(MadeCertificate.Kind.P256, "other.example"), true),
        ExitCode.TLS,
        "is not for localhost",
        "for other.example",
        "What to do: use a name that the certificate has");
  }

  @Test
  void plainAndSecureDoNotMix() throws Exception {
    try (Running secure = Cli.serve("--url", "wss://localhost:0/")) {
      ended(
          doctor(secure.url().replace("wss:", "ws:")),
          ExitCode.PROTOCOL,
          "FAIL upgrade",
          "looks like TLS",
          "the server may expect TLS: try " + secure.url());
    }
    try (Running plain = Cli.serve("--url", ANY)) {
      ended(
          doctor(plain.url().replace("ws:", "wss:")),
          ExitCode.TLS,
          "FAIL tls",
          "the server does without TLS at this port: try " + plain.url());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.certificates.MadeCertificate;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;

/** Names as RFC 9525 has them. */
class HostNamesTest {
  private final X509Certificate certificate =
      MadeCertificate.selfSigned(
              "exact.test", "*.wild.test", "*.top", "w*.part.test", "192.0.2.7", "2001:db8::7")
          .certificate();

  @Test
  void namesMatchAsAWhole() {
    assertMatches("exact.test", "EXACT.test", "exact.test.", "a.wild.test");
    assertRefuses("other.test", "a.exact.test", "exact.test.evil", "xact.test", "");
  }

  @Test
  void aWildcardIsOneWholeLabelAndNotBelowTheTop() {
    assertRefuses("wild.test", "a.b.wild.test", "a.top", "ww.part.test", "*.wild.test.x");
  }

  @Test
  void addressesMatchAsNumbers() {
    assertMatches("192.0.2.7", "[2001:db8::7]", "2001:DB8:0:0:0:0:0:7", "2001:db8::7%eth0");
    assertRefuses("192.0.2.8", "2001:db8::8", "192.0.2.7.test", "999.999.999.999");
  }

  @Test
  void internationalNamesAreAscii() {
    assertThat(HostNames.normal("B\u00fccher.Test.")).isEqualTo("xn--bcher-kva.test");
    assertThat(HostNames.pattern("*.B\u00fccher.test")).isEqualTo("*.xn--bcher-kva.test");
  }

  @Test
  void patternsAreNamesOrOneWildcardLabel() {
    assertThat(HostNames.pattern("Chat.Example.com")).isEqualTo("chat.example.com");
    assertThat(HostNames.pattern("*.example.com")).isEqualTo("*.example.com");
    for (String wrong : new String[] {"", "*", "a.*.b", "*.*.b", "a b", "-a", "1.2.3.4", "::1"}) {
      assertThat(HostNames.pattern(wrong)).as(wrong).isNull();
    }
  }

  private void assertMatches(String... hosts) {
    for (String host : hosts) {
      assertThat(HostNames.matches(HostNames.normal(host), certificate)).as(host).isTrue();
    }
  }

  private void assertRefuses(String... hosts) {
    for (String host : hosts) {
      assertThat(HostNames.matches(HostNames.normal(host), certificate)).as(host).isFalse();
    }
  }
}

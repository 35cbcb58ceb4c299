// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.layers.internal.IpText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedPeersTest {
  private static InetSocketAddress address(String ip) {
    return new InetSocketAddress(IpText.address(IpText.parse(ip)), 1);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.0/8, ::1, false",
    "192.0.2.128/25, 192.0.2.128, true",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.17, 192.0.2.17, true",
    "192.0.2.17, 192.0.2.16, false",
    "0.0.0.0/0, 255.1.2.3, true",
    "0.0.0.0/0, ::, false",
    "::/0, ::1, true",
    "2001:db8:6::/47, 2001:db8:7::1, true",
    "2001:db8:6::/47, 2001:db8:8::1, false",
    "::ffff:10.0.0.0/104, 10.1.2.3, true",
    "::ffff:10.0.0.0/104, 11.1.2.3, false",
    "192.0.2.17, ::ffff:192.0.2.17, true",
  })
  void blocks(String block, String peer, boolean trusted) {
    assertThat(TrustedPeers.of(block).trusts(address(peer))).isEqualTo(trusted);
    assertThat(TrustedPeers.of("203.0.113.1", block).trusts(address(peer))).isEqualTo(trusted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.0.0",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "10.0.0.1/8",
        "::/129",
        "2001:db8::1/64",
        "fe80::1%1",
        "10.0.0.0/8/8"
      })
  void noBlocks(String text) {
    assertThatThrownBy(() -> TrustedPeers.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void others() {
    UnixDomainSocketAddress unix = UnixDomainSocketAddress.of("/x");
    assertThat(TrustedPeers.everybody().trusts(null)).isTrue();
    assertThat(TrustedPeers.of("0.0.0.0/0").trusts(null)).isFalse();
    assertThat(TrustedPeers.of().trusts(address("10.0.0.1"))).isFalse();
    assertThat(TrustedPeers.of()).hasToString("nobody");
    assertThat(TrustedPeers.of("0.0.0.0/0").trusts(unix)).isFalse();
    assertThat(TrustedPeers.unixSockets().trusts(unix)).isTrue();
    assertThat(TrustedPeers.unixSockets().trusts(address("10.0.0.1"))).isFalse();
    TrustedPeers both = TrustedPeers.of("10.0.0.1").or(TrustedPeers.unixSockets());
    assertThat(both.trusts(unix) && both.trusts(address("10.0.0.1"))).isTrue();
    assertThat(both).hasToString("10.0.0.1, Unix-domain sockets");
    TrustedPeers odd = TrustedPeers.matching("odd", address -> true);
    assertThat(odd.trusts(unix)).isTrue();
    assertThat(odd.trusts(null)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "::, 00000000000000000000000000000000",
    "::1, 00000000000000000000000000000001",
    "1::, 00010000000000000000000000000000",
    "1:2:3:4:5:6:7:8, 00010002000300040005000600070008",
    "1:2:3:4:5:6:7::, 00010002000300040005000600070000",
    "::2:3:4:5:6:7:8, 00000002000300040005000600070008",
    "64:ff9b::192.0.2.1, 0064ff9b0000000000000000c0000201",
    "1:2:3:4:5:6:1.2.3.4, 00010002000300040005000601020304",
  })
  void addressesOfVersion6(String text, String hex) throws Exception {
    assertThat(IpText.ipv6(text)).isEqualTo(HexFormat.of().parseHex(hex));
    assertThat(InetAddress.getByName(text).getAddress()).isEqualTo(IpText.ipv6(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::",
            "1:2:3:4::5:6:7:8",
        ":1::", "1:::2", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.4:5", "1.2.3.4",
            "-1::", "::+1"
      })
  void noAddressesOfVersion6(String text) {
    assertThat(IpText.ipv6(text)).isNull();
  }
}

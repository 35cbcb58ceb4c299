// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.layers.internal.IpText;
import io.plywire.websocket.HttpFields;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardedFieldsTest {
  private static final TrustedPeers TRUSTED = TrustedPeers.of("10.0.0.0/8", "2001:db8::/32");
  private static final SocketAddress BALANCER = address("10.0.0.1", 4711);

  private static InetSocketAddress address(String ip, int port) {
    return new InetSocketAddress(IpText.address(IpText.parse(ip)), port);
  }

  private static Function<String, List<String>> request(String... namesAndValues) {
    HttpFields fields = new HttpFields();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields::all;
  }

  private static ForwardedClient standard(String... values) {
    String[] fields = new String[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      fields[2 * i] = "Forwarded";
      fields[2 * i + 1] = values[i];
    }
    return ForwardedFields.standard(TRUSTED).client(request(fields), BALANCER);
  }

  private static ForwardedClient customary(String... fields) {
    return ForwardedFields.customary(TRUSTED).client(request(fields), BALANCER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "for=192.0.2.60;proto=https;by=203.0.113.43|192.0.2.60|0",
        "for=192.0.2.43, for=198.51.100.17|198.51.100.17|0",
        "for=192.0.2.43, for=10.3.4.5|192.0.2.43|0",
        "FOR=\"192.0.2.43:47011\"|192.0.2.43|47011",
        "For=\"[2001:db9:cafe::17]:4711\"|2001:db9:cafe::17|4711",
        "For=\"[2001:db9:cafe::17]\"|2001:db9:cafe::17|0",
        "for=192.0.2.1;ext=\"a, b; for=6.6.6.6\"|192.0.2.1|0",
        "for=\"\\1\\92.0.2.1\"|192.0.2.1|0",
        "for=\"192.0.2.1:_port\"|192.0.2.1|0",
        "for=192.0.2.1 ; proto=http;|192.0.2.1|0",
        ", ,for=192.0.2.1,,|192.0.2.1|0",
        "for=10.1.1.1, for=10.2.2.2|10.1.1.1|0", // everybody is trusted: the first there was
      })
  void theStandardFieldIsReadBackwards(String value, String ip, int port) {
    assertThat(standard(value).address()).isEqualTo(address(ip, port));
  }

  @Test
  void fieldsFollowEachOther() {
    assertThat(standard("for=192.0.2.1", "for=192.0.2.2", "for=10.0.0.7").address())
        .isEqualTo(address("192.0.2.2", 0));
  }

  @Test
  void protocolAndHostAreThoseOfTheSameElement() {
    ForwardedClient client =
        standard(
            "for=6.6.6.6;host=evil.example, for=192.0.2.1;host=\"good.example:8443\";proto=https");
    assertThat(client.host()).isEqualTo("good.example:8443");
    assertThat(client.proto()).isEqualTo("https");
  }

  @ParameterizedTest
  @CsvSource({
    "for=unknown,unknown",
    "for=_hidden,_hidden",
    "for=\"_x:_y\",_x:_y",
    "proto=http,unknown"
  })
  void aClientThatIsNotNamedIsNotKnown(String value, String node) {
    ForwardedClient client = standard("for=192.0.2.1, " + value + ", for=10.0.0.9");
    assertThat(client.isKnown()).isFalse();
    assertThat(client.node()).isEqualTo(node);
  }

  /** The proxy has added to what cannot be read, so nobody knows where its part begins. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "for=\"192.0.2.1",
        "for=\"192.0.2.1, for=192.0.2.2",
        "for=192.0.2.1;for=192.0.2.2",
        "for 192.0.2.1",
        "for=192.0.2.1 proto=http",
        "for=",
        "=192.0.2.1",
        "for=192.0.2.1:80", // a port needs quotes
        "for=[2001:db8::1]",
        "for=\"a\\",
        "for=192.0.2.1;;;by=x=y"
      })
  void whatCannotBeReadIsNobody(String value) {
    ForwardedClient client = standard("for=198.51.100.1", value);
    assertThat(client.isKnown()).as(client.toString()).isFalse();
  }

  @Test
  void nobodyElseIsBelieved() {
    SocketAddress stranger = address("192.0.2.99", 5);
    ForwardedClient client =
        ForwardedFields.standard(TRUSTED).client(request("Forwarded", "for=1.2.3.4"), stranger);
    assertThat(client.address()).isEqualTo(stranger);
    SocketAddress unix = UnixDomainSocketAddress.of("/run/x");
    assertThat(ForwardedFields.standard(TRUSTED).client(request(), unix).isKnown()).isFalse();
    assertThat(ForwardedFields.standard(TRUSTED).client(request(), null).node())
        .isEqualTo("unknown");
  }

  @Test
  void theOtherFieldIsNotLookedAt() {
    assertThat(customary("Forwarded", "for=6.6.6.6").address()).isEqualTo(BALANCER);
    ForwardedClient client =
        ForwardedFields.standard(TRUSTED).client(request("X-Forwarded-For", "6.6.6.6"), BALANCER);
    assertThat(client.address()).isEqualTo(BALANCER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.0.2.1|192.0.2.1|0",
        "6.6.6.6, 192.0.2.1|192.0.2.1|0",
        "6.6.6.6, 192.0.2.1, 10.0.0.2,2001:db8::5|192.0.2.1|0",
        "192.0.2.1:8080|192.0.2.1|8080",
        "2001:db9::1|2001:db9::1|0",
        "[2001:db9::1]:99|2001:db9::1|99",
        " , 192.0.2.1 ,|192.0.2.1|0",
        "::ffff:192.0.2.1|192.0.2.1|0",
      })
  void theCustomaryFieldIsReadBackwards(String value, String ip, int port) {
    assertThat(customary("X-Forwarded-For", value).address()).isEqualTo(address(ip, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"unknown", "localhost", "1.2.3", "1.2.3.4:99999", "[1.2.3.4]", "[::1", "[::1]x"})
  void namesAreNoAddresses(String node) {
    ForwardedClient client = customary("X-Forwarded-For", "192.0.2.1, " + node);
    assertThat(client.isKnown()).isFalse();
    assertThat(client.node()).isEqualTo(node);
  }

  @Test
  void onlyASingleValueTellsProtocolAndHost() {
    ForwardedClient one =
        customary(
            "X-Forwarded-For",
            "192.0.2.1",
            "X-Forwarded-Proto",
            "https",
            "X-Forwarded-Host",
            "a.b");
    assertThat(one.proto()).isEqualTo("https");
    assertThat(one.host()).isEqualTo("a.b");
    ForwardedClient more =
        customary(
            "X-Forwarded-For",
            "192.0.2.1",
            "X-Forwarded-Proto",
            "https, http",
            "X-Forwarded-Host",
            "a.b",
            "X-Forwarded-Host",
            "c.d");
    assertThat(more.proto()).isNull();
    assertThat(more.host()).isNull();
  }

  @Test
  void itNamesWhomItBelieves() {
    assertThat(ForwardedFields.standard(TRUSTED))
        .hasToString("Forwarded by 10.0.0.0/8, 2001:db8::/32");
  }
}

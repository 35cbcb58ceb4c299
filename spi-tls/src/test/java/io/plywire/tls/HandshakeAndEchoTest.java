// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.Role;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The shortest conversation between any two engines. */
class HandshakeAndEchoTest {
  static Stream<Arguments> pairs() {
    return Stream.of(TestEngine.values())
        .flatMap(
            client ->
                Stream.of(TestEngine.values())
                    .flatMap(
                        server ->
                            Stream.of(TestEngine.TLS13, TestEngine.TLS12)
                                .map(protocol -> Arguments.of(client, server, protocol))));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void handshakeDataAndGoodbye(TestEngine client, TestEngine server, String protocol) {
    try (Harness h = new Harness(client, server, protocol, builder -> builder)) {
      h.open();
      assertThat(h.client.session().protocol()).isEqualTo(protocol);
      assertThat(h.clientEngine.handshakeRecords).isGreaterThan(1);
      for (int size : new int[] {1, 100, 16_366, 16_367, 16_384, 16_385, 70_000, 300_000}) {
        byte[] content = Harness.random(size, size);
        h.transfer(h.client, h.server, content);
        h.transfer(h.server, h.client, content);
      }
      Result<Void> goodbye = h.tearDown(h.client, Role.CLIENT);
      Result<Void> answer = h.tearDown(h.server, Role.SERVER);
      h.run();
      goodbye.assertMoved(0);
      answer.assertMoved(0);
    }
  }
}

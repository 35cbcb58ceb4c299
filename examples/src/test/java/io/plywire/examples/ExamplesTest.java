// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.websocket.WebSocketServer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExamplesTest {
  @ParameterizedTest
  @ValueSource(strings = {"ws://localhost:0/", "ws+memory://examples/"})
  void everyStyleGetsTheAnswer(String uri) throws Exception {
    try (WebSocketServer server = EchoServer.serve(uri)) {
      String address = server.endpoint().toString();
      assertThat(BlockingClient.ask(address)).isEqualTo("hello");
      assertThat(FutureClient.ask(address).get(10, TimeUnit.SECONDS)).isEqualTo("hello");
      CompletableFuture<String> answer = new CompletableFuture<>();
      HandlerClient.ask(address, answer::complete);
      assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import java.net.http.HttpClient;
import java.net.http.WebSocket;

/** The JDK's own implementation, which shows that the suite says what is true of it. */
class JdkOwnSendTest extends SendContract {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @Override
  WebSocket.Builder builder() {
    return CLIENT.newWebSocketBuilder();
  }
}

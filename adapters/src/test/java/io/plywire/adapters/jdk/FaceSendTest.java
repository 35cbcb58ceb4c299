// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import java.net.http.WebSocket;

/** Our implementation. */
class FaceSendTest extends SendContract {
  @Override
  WebSocket.Builder builder() {
    return JdkWebSockets.newWebSocketBuilder();
  }
}

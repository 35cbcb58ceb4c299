// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import java.net.http.WebSocket;

/** Our implementation. */
class FaceReceiveTest extends ReceiveContract {
  @Override
  WebSocket.Builder builder() {
    return JdkWebSockets.newWebSocketBuilder();
  }
}

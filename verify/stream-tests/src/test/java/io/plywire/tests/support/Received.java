// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketStream;
import java.nio.charset.StandardCharsets;

/** A read of a whole message, and what it brought. */
public final class Received {
  public final Recorded<Long> handler;
  private final MessageBuffer memory = new MessageBuffer(0);

  Received(Harness harness, WebSocketStream stream) {
    handler = harness.handler("read");
    stream.asyncRead(memory, Recorded.io(handler));
  }

  /** Demands success and returns the message. */
  public String text() {
    handler.result();
    return soFar();
  }

  /** Returns what was read, whether or not it was a whole message. */
  public String soFar() {
    return StandardCharsets.UTF_8.decode(memory.data()).toString();
  }
}

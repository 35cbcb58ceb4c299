// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.websocket.Message;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads message after message, each read from the handler of the one before, to the end. */
public final class Acceptor {
  private final WebSocketStream stream;
  private final List<String> messages = new ArrayList<>();
  private boolean ended;
  private IOException end;

  /** Starts to read. */
  public Acceptor(WebSocketStream stream) {
    this.stream = stream;
    listen();
  }

  private void listen() {
    stream.asyncRead(this::heard);
  }

  private void heard(IOException error, Message message) {
    assertThat(ended).as("a handler that runs after the end").isFalse();
    if (error != null) {
      ended = true;
      end = error;
    } else {
      messages.add(message.text());
      listen();
    }
  }

  /** Returns what was read. */
  public List<String> messages() {
    return messages;
  }

  /** Tells whether a read has failed. */
  public boolean hasEnded() {
    return ended;
  }

  /** Returns the error of the last read, or null if it is outstanding. */
  public IOException end() {
    return end;
  }
}

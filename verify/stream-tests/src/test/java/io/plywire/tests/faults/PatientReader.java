// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamException;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads message after message; a read that was called off without harm is simply done again. */
final class PatientReader implements IoHandler {
  private final WebSocketStream stream;
  private final CancellationSignal signal = new CancellationSignal();
  private final MessageBuffer memory = new MessageBuffer(0);
  private final List<String> messages = new ArrayList<>();
  private boolean pending;
  private IOException end;

  PatientReader(WebSocketStream stream) {
    this.stream = stream;
    read();
  }

  private void read() {
    pending = true;
    stream.asyncRead(memory, this);
  }

  @Override
  public void completed(IOException error, long bytes) {
    assertThat(pending).as("a read is outstanding").isTrue();
    pending = false;
    if (error == null) {
      messages.add(StandardCharsets.UTF_8.decode(memory.data()).toString());
      memory.clear();
      read();
    } else if (error instanceof StreamException failure
        && failure.cancellation() != null
        && failure.cancellation() != CancellationType.TERMINAL) {
      read();
    } else {
      end = error;
    }
  }

  @Override
  public CancellationSlot cancellationSlot() {
    return signal.slot();
  }

  boolean reads(WebSocketStream candidate) {
    return stream.equals(candidate);
  }

  void cancel(CancellationType type) {
    signal.emit(type);
  }

  List<String> messages() {
    return messages;
  }

  /** Returns the error that ended the reading, or null. */
  IOException end() {
    return end;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.AsyncStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Sends bytes from one stream to another. */
final class Transfer {
  private final AsyncStream from;
  private final AsyncStream to;
  private final byte[] content;
  private final ByteBuffer received;
  private @Nullable IOException failure;
  private boolean sent;
  private boolean done;

  Transfer(AsyncStream from, AsyncStream to, byte[] content) {
    this.from = from;
    this.to = to;
    this.content = content;
    this.received = ByteBuffer.allocate(content.length);
  }

  void start() {
    startWriting();
    startReading();
  }

  void startWriting() {
    AsyncStreams.writeAll(
        from,
        new ByteBuffer[] {ByteBuffer.wrap(content)},
        (error, bytes) -> {
          sent = error == null;
          failed(error);
        });
  }

  void startReading() {
    AsyncStreams.readFully(
        to,
        received,
        (error, bytes) -> {
          done = error == null;
          failed(error);
        });
  }

  private void failed(@Nullable IOException error) {
    if (failure == null) {
      failure = error;
    }
  }

  boolean isComplete() {
    return sent && done;
  }

  @Nullable IOException failure() {
    return failure;
  }

  void assertComplete() {
    assertThat(failure).isNull();
    assertThat(sent).as("sent").isTrue();
    assertThat(done).as("received, %s of %s bytes", received.position(), content.length).isTrue();
    assertThat(received.array()).isEqualTo(content);
  }
}

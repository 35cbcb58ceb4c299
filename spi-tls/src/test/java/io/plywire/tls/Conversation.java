// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.AsyncStreams;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tls.internal.engine.ConnectionEngine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A short conversation that goes on by itself: handshake, a question, an answer, goodbye. Whatever
 * happens to it, both sides end, and neither has read anything that the other did not write.
 */
final class Conversation {
  static final byte[] QUESTION = Harness.random(50, 1);
  static final byte[] ANSWER = Harness.random(70, 2);

  private final Harness h;
  private final ConnectionEngine clientEngine;
  private final ConnectionEngine serverEngine;
  final Side client;
  final Side server;

  Conversation(Harness h) {
    this(h, h.clientEngine, h.serverEngine);
  }

  Conversation(Harness h, ConnectionEngine clientEngine, ConnectionEngine serverEngine) {
    this.h = h;
    this.clientEngine = clientEngine;
    this.serverEngine = serverEngine;
    client = new Side(Role.CLIENT, QUESTION, ANSWER);
    server = new Side(Role.SERVER, ANSWER, QUESTION);
  }

  Conversation start() {
    client.start(h.clientEnd(), clientEngine);
    server.start(h.serverEnd(), serverEngine);
    return this;
  }

  /** One side: sends what it has to say, reads until the end, and says goodbye. */
  final class Side {
    private final Role role;
    private final byte[] says;
    private final byte[] hears;
    final List<IOException> errors = new ArrayList<>();
    private final ByteBuffer heard;
    @Nullable TlsStream stream;
    @Nullable IOException end; // of reading
    boolean done;
    private boolean spoke;

    Side(Role role, byte[] says, byte[] hears) {
      this.role = role;
      this.says = says;
      this.hears = hears;
      this.heard = ByteBuffer.allocate(hears.length + 100);
    }

    void start(AsyncStream next, ConnectionEngine engine) {
      h.start(next, engine, this::opened);
    }

    private void opened(@Nullable IOException error, @Nullable TlsStream opened) {
      if (opened == null) {
        errors.add(error);
        done = true;
        return;
      }
      stream = h.track(opened);
      if (role == Role.CLIENT) {
        speak();
      }
      listen();
    }

    private void speak() {
      spoke = true;
      AsyncStreams.writeAll(
          stream,
          new ByteBuffer[] {ByteBuffer.wrap(says)},
          h.io(role + " writes", (error, bytes) -> failed(error)));
    }

    private void listen() {
      stream.asyncReadSome(
          heard,
          h.io(
              role + " reads",
              (error, bytes) -> {
                if (error != null) {
                  end = error;
                  leave();
                  return;
                }
                if (heard.position() == hears.length) {
                  if (spoke) {
                    leave();
                    return;
                  }
                  speak();
                }
                listen();
              }));
    }

    private void leave() {
      stream.asyncTeardown(
          role,
          h.io(
              role + " leaves",
              (error, bytes) -> {
                failed(error);
                done = true;
              }));
    }

    private void failed(@Nullable IOException error) {
      if (error != null) {
        errors.add(error);
      }
    }

    TlsSession session() {
      return stream.session();
    }

    boolean heardAll() {
      return heard.position() == hears.length;
    }

    /** Tells whether reading ended with an error of a stream. */
    boolean endedWith(StreamError error) {
      return end instanceof StreamException known && known.error() == error;
    }

    void assertHeardNothingElse() {
      byte[] got = new byte[heard.position()];
      heard.get(0, got);
      assertThat(got.length).as("bytes heard by the %s", role).isLessThanOrEqualTo(hears.length);
      assertThat(got).as("heard by the %s", role).isEqualTo(Arrays.copyOf(hears, got.length));
    }

    void assertPerfect() {
      assertThat(errors).as("errors of the %s", role).isEmpty();
      assertThat(done).as("the %s is done", role).isTrue();
      assertThat(heardAll()).as("the %s heard all", role).isTrue();
      assertHeardNothingElse();
      if (end != null) {
        assertThat(end).isInstanceOf(StreamException.class);
        assertThat(endedWith(StreamError.EOF)).as("%s", end).isTrue();
      }
    }

    @Override
    public String toString() {
      return role + "[" + (done ? "done" : "not done") + ", end=" + end + ", " + errors + "]";
    }
  }

  boolean isDone() {
    return client.done && server.done;
  }

  void assertPerfect() {
    client.assertPerfect();
    server.assertPerfect();
  }

  void assertSane() {
    client.assertHeardNothingElse();
    server.assertHeardNothingElse();
  }

  @Override
  public String toString() {
    return client + ", " + server;
  }
}

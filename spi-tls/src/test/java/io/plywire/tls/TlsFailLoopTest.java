// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Direction;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.inmemory.IoKind;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The next layer fails, at each of its operations. */
class TlsFailLoopTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @ParameterizedTest
  @EnumSource(TestEngine.class)
  void kthOperationFails(TestEngine engine) {
    for (Role role : Role.values()) {
      for (int window : new int[] {400, 65536}) {
        boolean more = true;
        for (int k = 0; more; k++) {
          IOException trouble = new IOException("planned failure " + k);
          try (Harness h =
              new Harness(engine, engine, TestEngine.TLS13, b -> b.windowBytes(window))) {
            InMemoryStream end = role == Role.CLIENT ? h.clientEnd() : h.serverEnd();
            end.faults().fail(k, trouble);
            Conversation conversation = new Conversation(h).start();
            h.run();
            more = end.faults().started() > k;
            if (!more) {
              conversation.assertPerfect();
            }
            conversation.assertSane();
            Conversation.Side side =
                role == Role.CLIENT ? conversation.client : conversation.server;
            assertThat(side.done).as("%s %s at %s", role, side, k).isTrue();
            if (more) {
              assertThat(side.errors.contains(trouble) || side.end == trouble)
                  .as("%s %s", role, side)
                  .isTrue();
            }
            h.executor.advance(LONG); // for a peer that was left alone in its handshake
          } catch (AssertionError e) {
            throw new AssertionError(role + ", window " + window + ", failure at " + k, e);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void resetAtEveryByte(Direction direction) {
    boolean more = true;
    for (int at = 0; more; at++) {
      try (Harness h = new Harness(TestEngine.CONSCRYPT, TestEngine.TLS13)) {
        h.clientEnd().faults().resetAt(direction, at);
        Conversation conversation = new Conversation(h).start();
        h.run();
        more = h.clientEnd().faults().passed(direction) >= at;
        conversation.assertSane();
        assertThat(conversation.isDone()).as("%s", conversation).isTrue();
      } catch (AssertionError e) {
        throw new AssertionError(direction + " reset at " + at, e);
      }
    }
  }

  /** The writer was told that all is well; so whoever comes next must be told that it is not. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void lossOfWhatWasAcceptedIsTold(boolean readPending) {
    try (Harness h = new Harness().open()) {
      Result<Void> read = readPending ? h.read(h.client, ByteBuffer.allocate(10)) : null;
      h.run();
      IOException trouble = new StreamException(StreamError.RESET, "planned");
      var faults = h.clientEnd().faults();
      var gate = faults.hold(IoKind.WRITE, writes(h));
      faults.fail(IoKind.WRITE, writes(h), trouble);
      Result<Void> write = h.write(h.client, ByteBuffer.allocate(100));
      h.run();
      write.assertMoved(100);
      gate.release();
      h.run();
      if (!readPending) {
        read = h.read(h.client, ByteBuffer.allocate(10));
        h.run();
      }
      assertThat(read.error()).isSameAs(trouble);
      Result<Void> next = h.write(h.client, ByteBuffer.allocate(100));
      h.run();
      assertThat(next.error()).isSameAs(trouble);
    }
  }

  private static long writes(Harness h) {
    return h.clientEnd().faults().started(IoKind.WRITE);
  }

  /** What the peer said last is often the reason, and must not be lost to our failing write. */
  @Test
  void whatHasArrivedIsReadAfterAWriteFailed() {
    try (Harness h = new Harness().open()) {
      h.write(h.server, ByteBuffer.wrap(new byte[] {1, 2, 3}));
      h.run();
      h.clientEnd().faults().fail(IoKind.WRITE, writes(h), new IOException("planned"));
      Result<Void> write = h.write(h.client, ByteBuffer.allocate(100));
      h.run();
      assertThat(write.error()).hasMessage("planned");
      Result<Void> read = h.read(h.client, ByteBuffer.allocate(10));
      h.run();
      read.assertMoved(3);
      Result<Void> end = h.read(h.client, ByteBuffer.allocate(10));
      h.run();
      assertThat(end.error()).hasMessage("planned");
    }
  }
}

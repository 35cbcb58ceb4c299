// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.WritePendingException;
import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Opened;
import io.plywire.tests.support.Reads;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.WebSocketError;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The memory that a message was read into is written as it is. */
class MessageBufferWriteTest {
  private static MessageBuffer filled(Opened o, byte[] content) {
    MessageBuffer memory = new MessageBuffer(content.length);
    Recorded<Long> read = Reads.whole(o.h, o.stream, memory);
    o.receive(Frame.binary(content));
    assertThat(read.result()).isEqualTo(content.length);
    return memory;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 125, 70_000, 300_000})
  void allOfItLeavesAndTheBufferStandsAsBefore(int length) {
    byte[] content = Reads.pattern(length);
    for (Role role : Role.values()) {
      try (Opened o = Opened.as(role)) {
        MessageBuffer memory = filled(o, content);
        o.stream.writeKind(MessageKind.BINARY);
        o.stream.autoFragment(false);
        Recorded<Long> write = o.h.handler("write");
        o.stream.asyncWrite(MessageKind.BINARY, memory, Recorded.io(write));
        o.h.run();

        assertThat(write.result()).isEqualTo(length);
        assertThat(o.sent()).hasSize(1);
        assertThat(o.sent().get(0).payload()).isEqualTo(content);
        assertThat(memory.size()).isEqualTo(length);
        assertThat(memory.data()).isEqualTo(ByteBuffer.wrap(content));

        Recorded<Long> more = Reads.whole(o.h, o.stream, memory); // behind what is there
        o.receive(Frame.binary(Reads.pattern(1000)));
        assertThat(more.result()).isEqualTo(1000);
        assertThat(memory.size()).isEqualTo(length + 1000);
      }
    }
  }

  @Test
  void aCallThatIsRefusedLeavesItAlone() {
    byte[] content = Reads.pattern(500);
    try (Opened o = Opened.as(Role.SERVER)) {
      MessageBuffer memory = filled(o, content);
      o.stream.writeKind(MessageKind.BINARY);
      Recorded<Long> first = o.h.handler("first");
      o.stream.asyncWriteSome(true, ByteBuffer.wrap(content), Recorded.io(first));

      assertThatThrownBy(
              () -> o.stream.asyncWrite(MessageKind.BINARY, memory, (error, bytes) -> {}))
          .isInstanceOf(WritePendingException.class);
      assertThatNullPointerException()
          .isThrownBy(() -> o.stream.asyncWrite(MessageKind.BINARY, memory, (IoHandler) null));

      assertThat(memory.data()).isEqualTo(ByteBuffer.wrap(content));
      o.h.run();
      assertThat(first.result()).isEqualTo(500);
    }
  }

  /** Sends a buffer on as text; returns what became of it. */
  private static Recorded<Long> relay(Opened o, MessageBuffer memory) {
    Recorded<Long> write = o.h.handler("relay");
    o.stream.asyncWrite(MessageKind.TEXT, memory, Recorded.io(write));
    o.h.run();
    return write;
  }

  @Test
  void receivedTextGoesOnAsItIs() {
    for (Role role : Role.values()) {
      try (Opened o = Opened.as(role)) {
        MessageBuffer memory = new MessageBuffer(16);
        Reads.whole(o.h, o.stream, memory);
        String text = "日本語".repeat(100);
        o.receive(Frame.text(text));

        assertThat(relay(o, memory).result()).isEqualTo(900);
        assertThat(o.sent().get(0).payload()).isEqualTo(text.getBytes(UTF_8));
      }
    }
  }

  @Test
  void whatWasChangedIsValidatedAgain() {
    try (Opened o = Opened.as(Role.SERVER)) {
      MessageBuffer memory = new MessageBuffer(64);
      ByteBuffer before = memory.data(); // of the same memory, and kept
      assertThat(before.capacity()).isZero();
      Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.text("é"));
      memory.data().put(0, (byte) 0x80);

      relay(o, memory).assertFailed(WebSocketError.BAD_OUTGOING_TEXT);

      memory.clear();
      Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.text("è"));
      ByteBuffer kept = memory.data();
      memory.clear();
      Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.text("ê"));
      kept.put(0, (byte) 0x80);

      relay(o, memory).assertFailed(WebSocketError.BAD_OUTGOING_TEXT);
    }
  }

  @Test
  void whatIsNotOneTextIsValidated() {
    try (Opened o = Opened.as(Role.SERVER)) {
      MessageBuffer memory = filled(o, new byte[] {(byte) 0x80});
      Reads.whole(o.h, o.stream, memory); // behind it
      o.receive(Frame.text("text"));
      relay(o, memory).assertFailed(WebSocketError.BAD_OUTGOING_TEXT);

      memory.clear();
      Reads.some(o.h, o.stream, ByteBuffer.allocate(1)); // half a letter
      o.receive(Frame.text("é"));
      Reads.whole(o.h, o.stream, memory);
      o.h.run();
      assertThat(memory.size()).isEqualTo(1);
      relay(o, memory).assertFailed(WebSocketError.BAD_OUTGOING_TEXT);

      memory.clear();
      Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.text("é"));
      assertThat(relay(o, memory).result()).isEqualTo(2);
      memory.clear();
      Reads.whole(o.h, o.stream, memory);
      o.receive(Frame.binary(new byte[] {(byte) 0xC3}));
      relay(o, memory).assertFailed(WebSocketError.BAD_OUTGOING_TEXT);
    }
  }
}

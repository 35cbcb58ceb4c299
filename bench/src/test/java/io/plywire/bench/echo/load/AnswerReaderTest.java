// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.plywire.bench.echo.Cell;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswerReaderTest {
  private static final int SIZE = 130; // its length takes two bytes more
  private static final int IN_FLIGHT = 2;

  private final Traffic traffic = new Traffic(new Cell(1, IN_FLIGHT, SIZE), new Random(1));
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private AnswerReader reader() {
    return new AnswerReader(traffic, true, Long.MAX_VALUE);
  }

  private byte[] payload(long message) {
    byte[] payload = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      payload[i] = traffic.payload(message, i, true);
    }
    return payload;
  }

  private void frame(int first, byte[] from, int start, int end) {
    sent.write(first);
    int length = end - start;
    if (length < 126) {
      sent.write(length);
    } else {
      sent.write(126);
      sent.write(length >> 8);
      sent.write(length);
    }
    sent.write(from, start, length);
  }

  private ByteBuffer bytes() {
    return ByteBuffer.wrap(sent.toByteArray());
  }

  @Test
  void everyCutGivesTheSame() throws IOException {
    frame(0x82, payload(0), 0, SIZE);
    frame(0x02, payload(1), 0, 50);
    frame(0x89, new byte[] {1, 2}, 0, 2); // a ping between fragments
    frame(0x00, payload(1), 50, 50);
    frame(0x00, payload(1), 50, SIZE);
    frame(0x80, payload(1), SIZE, SIZE);
    frame(0x82, payload(2), 0, SIZE);
    int length = bytes().remaining();

    for (int cut = 0; cut <= length; cut++) {
      AnswerReader reader = reader();
      int messages = reader.read(bytes().limit(cut)) + reader.read(bytes().position(cut));
      assertThat(messages).as("cut at %d", cut).isEqualTo(3);
      assertThat(reader.messages()).isEqualTo(3);
    }

    AnswerReader byByte = reader();
    for (int i = 0; i < length; i++) {
      byByte.read(bytes().limit(i + 1).position(i));
    }
    assertThat(byByte.messages()).isEqualTo(3);
  }

  @Test
  void wrongByteIsFound() {
    byte[] wrong = payload(1);
    wrong[SIZE - 1] ^= 1;
    frame(0x82, payload(0), 0, SIZE);
    frame(0x82, wrong, 0, SIZE);

    assertThatThrownBy(() -> reader().read(bytes()))
        .isInstanceOf(IOException.class)
        .hasMessage("byte 129 of message 1 is not what was sent");
  }

  @Test
  void wrongOrderIsFound() {
    frame(0x82, payload(1), 0, SIZE);

    assertThatThrownBy(() -> reader().read(bytes())).hasMessageContaining("of message 0");
  }

  @Test
  void contentIsComparedAsFarAsAskedFor() throws IOException {
    frame(0x82, payload(0), 0, SIZE);
    frame(0x82, new byte[SIZE], 0, SIZE);

    assertThat(new AnswerReader(traffic, true, 1).read(bytes())).isEqualTo(2);
  }

  @Test
  void whatIsStillMaskedIsAnEchoOfBytes() throws IOException {
    byte[] masked = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      masked[i] = traffic.payload(0, i, false);
    }
    frame(0x82, masked, 0, SIZE);

    assertThat(new AnswerReader(traffic, false, 1).read(bytes())).isEqualTo(1);
    assertThatThrownBy(() -> reader().read(bytes())).hasMessageContaining("not what was sent");
  }

  @Test
  void shortMessageIsFound() {
    frame(0x82, payload(0), 0, SIZE - 1);

    assertThatThrownBy(() -> reader().read(bytes()))
        .hasMessage("the server sent 129 bytes of a message of 130");
  }

  @Test
  void longMessageIsFound() {
    frame(0x02, payload(0), 0, SIZE);
    frame(0x80, payload(0), 0, 1);

    assertThatThrownBy(() -> reader().read(bytes())).hasMessageContaining("more than the 130");
  }

  @Test
  void textAndCloseAndMaskedFramesAreFound() {
    for (int first : new int[] {0x81, 0x88, 0x80, 0xC2}) {
      sent.reset();
      frame(first, payload(0), 0, SIZE);
      assertThatThrownBy(() -> reader().read(bytes())).isInstanceOf(IOException.class);
    }
    ByteBuffer masked = traffic.frames();
    assertThatThrownBy(() -> reader().read(masked)).hasMessageContaining("is masked");
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.spi.ConfinedBufferPool;
import io.plywire.stream.BufferPool;
import io.plywire.stream.Role;
import io.plywire.websocket.CloseReason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameEncoderTest {
  private static final int KEY = 0x37FA213D; // that of the examples in RFC 6455 §5.7

  private final BufferPool pool = new ConfinedBufferPool(1 << 20);

  private static FrameEncoder encoder(Role role) {
    return new FrameEncoder(role == Role.CLIENT ? () -> KEY : null);
  }

  private static FrameHeader header(int opcode, boolean fin, int rsv) {
    FrameHeader header = new FrameHeader();
    header.opcode = (byte) opcode;
    header.fin = fin;
    header.rsv = (byte) rsv;
    return header;
  }

  private static String hex(ByteBuffer buffer) {
    return HexFormat.of().formatHex(Buffers.bytes(buffer));
  }

  private static ByteBuffer hello() {
    return ByteBuffer.wrap("Hello".getBytes(StandardCharsets.US_ASCII));
  }

  /** Puts a payload where {@link FrameEncoder#seal} wants it. */
  private ByteBuffer unsealed(byte[] payload) {
    return pool.acquire(FrameEncoder.PAYLOAD_START + payload.length)
        .position(FrameEncoder.PAYLOAD_START)
        .put(payload);
  }

  private static byte[] pattern(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + (i >> 8) * 7);
    }
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({"CLIENT, 818537fa213d7f9f4d5158", "SERVER, 810548656c6c6f"})
  void makesTheExamplesOfTheRfc(Role role, String expected) {
    FrameHeader header = header(Opcode.TEXT, true, 0);
    encoder(role).begin(header, 5);
    ByteBuffer frame = pool.acquire(64);
    header.encode(frame);
    ByteBuffer source = hello();
    header.copyPayload(0, source, 5, pool, frame);
    assertThat(source.remaining()).isZero();
    assertThat(hex(frame.flip())).isEqualTo(expected);
  }

  /** A server that masked would be refused by every client, and a client that did not as well. */
  @ParameterizedTest
  @EnumSource(Role.class)
  void clientsMaskAndServersDoNot(Role role) {
    FrameHeader header = header(Opcode.BINARY, true, 0);
    FrameEncoder.of(role).begin(header, 1);
    assertThat(header.masked).isEqualTo(role == Role.CLIENT);
    assertThat(header.maskingKey != 0).isEqualTo(role == Role.CLIENT);
  }

  @Test
  void everyFrameHasAKeyOfItsOwn() {
    int[] keys = {7};
    FrameEncoder encoder = new FrameEncoder(() -> keys[0]++);
    FrameHeader header = header(Opcode.BINARY, true, 0);
    encoder.begin(header, 1);
    assertThat(header.maskingKey).isEqualTo(7);
    encoder.begin(header, 1);
    assertThat(header.maskingKey).isEqualTo(8);
    ByteBuffer out = pool.acquire(64);
    encoder.control(Opcode.PING, ByteBuffer.allocate(0), 0, 0, out);
    assertThat(out.getInt(2)).isEqualTo(9);
  }

  @Test
  void headerGoesRightBeforeAPayloadInItsPlace() {
    ByteBuffer memory = ByteBuffer.allocate(20).position(10).put(hello()).limit(15).position(10);
    FrameHeader header = header(Opcode.CONTINUATION, false, 0);
    encoder(Role.SERVER).begin(header, 5);
    FrameEncoder.prepend(header, memory);
    assertThat(memory.position()).isEqualTo(8);
    assertThat(hex(memory)).isEqualTo("000548656c6c6f");
  }

  @ParameterizedTest
  @CsvSource({
    "0, CLIENT", "125, CLIENT", "126, CLIENT", "65535, CLIENT", "65536, CLIENT",
    "0, SERVER", "125, SERVER", "126, SERVER", "65535, SERVER", "65536, SERVER"
  })
  void sealedFrameIsDecodedToWhatItWasMadeOf(int length, Role role) {
    byte[] payload = pattern(length);
    FrameHeader header = header(Opcode.BINARY, false, FrameHeader.RSV1);
    ByteBuffer frame = encoder(role).seal(header, pool, unsealed(payload));
    assertThat(frame.position()).isEqualTo(FrameEncoder.PAYLOAD_START - header.encodedLength());
    FrameHeader read = new FrameHeader();
    FrameDecoder decoder = new FrameDecoder(role == Role.CLIENT ? Role.SERVER : Role.CLIENT);
    decoder.allowRsv1(true);
    assertThat(decoder.decode(frame, read)).isEqualTo(FrameDecoder.HEADER);
    assertThat(read).hasToString(header.toString());
    assertThat(read.payloadLength).isEqualTo(length).isEqualTo(frame.remaining());
    read.maskPayload(0, pool, frame, frame.position(), frame.limit());
    assertThat(Buffers.bytes(frame)).isEqualTo(payload);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void payloadCopiedInPiecesIsTheSameAsInOne(boolean direct) {
    byte[] payload = pattern(5000);
    ByteBuffer source =
        (direct ? ByteBuffer.allocateDirect(5000) : ByteBuffer.allocate(5000)).put(payload);
    FrameHeader header = header(Opcode.BINARY, true, 0);
    for (Role role : Role.values()) {
      encoder(role).begin(header, payload.length);
      ByteBuffer whole = pool.acquire(payload.length);
      header.copyPayload(0, source.rewind(), payload.length, pool, whole);
      ByteBuffer pieces = pool.acquire(payload.length);
      source.rewind();
      for (int piece = 1; source.hasRemaining(); piece = 3 * piece + 1) {
        header.copyPayload(
            source.position(), source, Math.min(piece, source.remaining()), pool, pieces);
      }
      assertThat(pieces.flip()).isEqualTo(whole.flip());
      assertThat(Buffers.bytes(source.rewind())).isEqualTo(payload);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CLIENT, 9, 898537fa213d7f9f4d5158", "SERVER, 9, 890548656c6c6f",
    "CLIENT, 10, 8a8537fa213d7f9f4d5158", "SERVER, 10, 8a0548656c6c6f"
  })
  void controlFramesAreAppended(Role role, int opcode, String expected) {
    ByteBuffer out = pool.acquire(64);
    ByteBuffer source = ByteBuffer.wrap("..Hello..".getBytes(StandardCharsets.US_ASCII));
    FrameEncoder encoder = encoder(role);
    encoder.control(opcode, source, 2, 5, out);
    assertThat(out.position()).isEqualTo(encoder.controlFrameBytes(5));
    assertThat(source.position()).isZero();
    encoder.control(opcode, source, 2, 5, out);
    assertThat(hex(out.flip())).isEqualTo(expected + expected);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void longestControlFrameFitsItsRoom(Role role) {
    ByteBuffer out = ByteBuffer.allocate(FrameEncoder.MAX_CONTROL_FRAME);
    encoder(role).close(new CloseReason(4999, "r".repeat(123)), out);
    int spare = role == Role.CLIENT ? 0 : 4; // servers send no key
    assertThat(out.remaining()).isEqualTo(spare);
    assertThat(encoder(role).controlFrameBytes(FrameHeader.MAX_CONTROL_PAYLOAD))
        .isEqualTo(out.position());
  }

  @ParameterizedTest
  @CsvSource({
    "CLIENT, 1001, bye, 888537fa213d3413434452", "SERVER, 1001, bye, 880503e9627965",
    "CLIENT, 1000, '', 888237fa213d3412", "SERVER, 1000, '', 880203e8"
  })
  void closeFramesSayCodeAndReason(Role role, int code, String reason, String expected) {
    ByteBuffer out = pool.acquire(64);
    encoder(role).close(new CloseReason(code, reason), out);
    assertThat(hex(out.flip())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"CLIENT, 888037fa213d", "SERVER, 8800"})
  void closeFrameWithoutACodeIsEmpty(Role role, String expected) {
    ByteBuffer out = pool.acquire(64);
    encoder(role).close(CloseReason.NONE, out);
    assertThat(hex(out.flip())).isEqualTo(expected);
  }

  @Test
  void unmaskedMessageIsOneFrameInDirectMemory() {
    ByteBuffer payload = hello().position(1);
    ByteBuffer frame = FrameEncoder.unmaskedMessage(Opcode.TEXT, 0, payload);
    assertThat(frame.isDirect()).isTrue();
    assertThat(payload.position()).isEqualTo(1);
    assertThat(hex(frame)).isEqualTo("8104656c6c6f");
  }
}

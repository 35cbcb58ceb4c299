// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsEngine;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Reading handshake messages from records, however these are cut. */
class HandshakeFactsTest {
  private static final Material NOBODY = new Material(List.of(), null, Trust.anyone());

  /** A first message of an engine, as one record. */
  private static byte[] clientHello() throws Exception {
    TlsConfig config = TlsConfig.insecureClient().withEngine(TlsEngine.conscrypt());
    EngineAdapter adapter = EngineLookup.named("conscrypt").adapter();
    ConnectionEngine session =
        EngineFactory.of(adapter, config, NOBODY).newEngine("server.test", 443);
    session.engine().beginHandshake();
    ByteBuffer out = ByteBuffer.allocate(20_000);
    session.engine().wrap(ByteBuffer.allocate(0), out);
    session.release();
    byte[] record = new byte[out.flip().remaining()];
    out.get(record);
    return record;
  }

  private static void assertAll(HandshakeFacts facts) {
    assertThat(facts.serverName()).isEqualTo("server.test");
    assertThat(facts.offeredGroups()).startsWith("X25519MLKEM768", "x25519", "secp256r1");
    assertThat(facts.signatureSchemes()).contains(0x0403);
    assertThat(facts.offeredProtocols()).containsExactly("http/1.1");
  }

  @Test
  void messagesAreCutIntoRecordsAnywhere() throws Exception {
    byte[] hello = clientHello();
    for (int cut = 1; cut < hello.length - 5; cut++) {
      HandshakeFacts facts = new HandshakeFacts();
      feed(facts, hello, 5, cut);
      feed(facts, hello, 5 + cut, hello.length - 5 - cut);
      assertAll(facts);
    }
    HandshakeFacts facts = new HandshakeFacts();
    for (int i = 5; i < hello.length; i++) {
      feed(facts, hello, i, 1);
    }
    assertAll(facts);
  }

  /** Hands over a piece as a record of its own, somewhere in a buffer. */
  private static void feed(HandshakeFacts facts, byte[] from, int offset, int length) {
    ByteBuffer record = ByteBuffer.allocate(length + 12);
    record.position(7);
    record.put((byte) 22).putShort((short) 0x0303).putShort((short) length);
    record.put(from, offset, length);
    record.position(3);
    facts.record(true, record, 7, length + 5);
    assertThat(record.position()).isEqualTo(3);
  }

  @Test
  void otherRecordsBetweenThemAreLeftOut() throws Exception {
    byte[] hello = clientHello();
    HandshakeFacts facts = new HandshakeFacts();
    feed(facts, hello, 5, 10);
    facts.record(true, ByteBuffer.wrap(new byte[] {21, 3, 3, 0, 2, 1, 90}), 0, 7);
    facts.record(true, ByteBuffer.wrap(new byte[] {22, 3, 3}), 0, 3);
    feed(facts, hello, 15, hello.length - 15);
    assertAll(facts);
  }

  @Test
  void whatIsMalformedIsNoFailure() throws Exception {
    byte[] hello = clientHello();
    long seed = 42;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] broken = hello.clone();
      int changes = 1 + random.nextInt(4);
      for (int c = 0; c < changes; c++) {
        broken[5 + random.nextInt(broken.length - 5)] = (byte) random.nextInt();
      }
      if (i % 3 == 0) {
        broken[5] = 2; // as if a server sent it
      }
      HandshakeFacts facts = new HandshakeFacts();
      facts.record(i % 3 != 0, ByteBuffer.wrap(broken), 0, broken.length);
      facts.record(i % 3 != 0, ByteBuffer.wrap(hello), 0, hello.length);
    }
    for (int length = 0; length < hello.length; length++) {
      HandshakeFacts facts = new HandshakeFacts();
      byte[] cut = java.util.Arrays.copyOf(hello, length);
      if (length > 8) {
        int body = length - 9;
        cut[6] = 0;
        cut[7] = (byte) (body >> 8);
        cut[8] = (byte) body;
      }
      facts.record(true, ByteBuffer.wrap(cut), 0, length);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.fuzz.Check;
import io.plywire.fuzz.Cuts;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Handshake messages in the clear. The first byte says how many of the bytes, in parts of 250, are
 * the client's; the others are the server's.
 */
public final class HandshakeFactsFuzz {
  /** What is kept of messages, and of a few names and numbers for each byte of them. */
  private static final long ALLOWANCE = 1 << 20;

  private HandshakeFactsFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    String whole = Check.allocatesAtMost(ALLOWANCE, () -> facts(input, Cuts.WHOLE));
    for (Cuts cuts : Cuts.values()) {
      Check.equal(facts(input, cuts), whole, "facts, cut to ", cuts);
    }
  }

  private static String facts(byte[] input, Cuts cuts) {
    int client = (int) ((input.length - 1L) * Math.min(input[0] & 0xFF, 250) / 250);
    HandshakeFacts facts = new HandshakeFacts();
    feed(facts, true, Arrays.copyOfRange(input, 1, 1 + client), cuts);
    feed(facts, false, Arrays.copyOfRange(input, 1 + client, input.length), cuts);
    return facts.serverName()
        + facts.offeredProtocols()
        + facts.offeredGroups()
        + facts.signatureSchemes()
        + facts.group()
        + facts.resumed()
        + facts.noClientCertificate();
  }

  private static void feed(HandshakeFacts facts, boolean client, byte[] messages, Cuts cuts) {
    int from = 0;
    for (int end : cuts.ends(messages, messages.length)) {
      ByteBuffer record = ByteBuffer.allocate(3 + 5 + end - from);
      record.position(3).put((byte) 22).put((byte) 3).put((byte) 3).putShort((short) (end - from));
      record.put(messages, from, end - from);
      facts.record(client, record.clear(), 3, record.capacity() - 3);
      from = end;
    }
  }
}

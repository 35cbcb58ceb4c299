// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

/**
 * Tells a client that begins TLS from one that speaks anything else, by as few bytes as possible: a
 * record of the type handshake (RFC 8446, section 5.1) whose first message is a ClientHello
 * (section 4). Pure.
 */
final class ClientHello {
  /** What the bytes so far say. */
  enum Verdict {
    /** Both is possible; more bytes are needed. */
    UNDECIDED,
    TLS,
    PLAIN
  }

  /** With so many bytes there is always a verdict. */
  static final int BYTES = RecordHeader.BYTES + 1;

  private static final int MAX_MINOR_VERSION = 4;
  private static final int MAX_PLAIN_BYTES = 1 << 14;
  private static final int CLIENT_HELLO = 1;

  private ClientHello() {}

  /**
   * Judges.
   *
   * @param bytes begins with the first bytes of the client
   * @param count how many there are
   */
  static Verdict judge(byte[] bytes, int count) {
    boolean plain =
        (count > 0 && bytes[0] != RecordHeader.HANDSHAKE)
            || (count > 1 && bytes[1] != 3)
            || (count > 2 && (bytes[2] < 0 || bytes[2] > MAX_MINOR_VERSION))
            || (count > 4 && !isLength(((bytes[3] & 0xff) << 8) | (bytes[4] & 0xff)))
            || (count > 5 && bytes[5] != CLIENT_HELLO);
    return plain ? Verdict.PLAIN : count < BYTES ? Verdict.UNDECIDED : Verdict.TLS;
  }

  private static boolean isLength(int contentBytes) {
    return contentBytes > 0 && contentBytes <= MAX_PLAIN_BYTES;
  }
}

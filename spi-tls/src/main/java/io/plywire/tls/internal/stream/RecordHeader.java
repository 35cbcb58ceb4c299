// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.stream;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The five bytes that a record begins with (RFC 8446, section 5.1): its type, a version that says
 * little, and the length of what follows. Pure; looks at bytes by their index and moves nothing.
 */
final class RecordHeader {
  static final int BYTES = 5;

  static final int CHANGE_CIPHER_SPEC = 20;
  static final int ALERT = 21;
  static final int HANDSHAKE = 22;
  static final int APPLICATION_DATA = 23;

  /** The first two bytes of a record of data. */
  private static final short DATA_OF_VERSION_3 = (short) (APPLICATION_DATA << 8 | 3);

  private static final byte CLOSE_NOTIFY = 0;

  /** The longest content that a record has before TLS 1.3 (RFC 5246, section 6.2.3). */
  static final int MAX_CONTENT_BYTES = (1 << 14) + 2048;

  /** The longest content that a record has in TLS 1.3 (RFC 8446, section 5.2). */
  static final int MAX_CONTENT_BYTES_13 = (1 << 14) + 256;

  /**
   * The longest content of an encrypted alert: two bytes, their type, the tag, and 16 bytes of
   * padding, which the JDK adds.
   */
  private static final int MAX_ALERT_CONTENT_BYTES_13 = 2 + 1 + 16 + 16;

  private RecordHeader() {}

  static int type(ByteBuffer bytes, int at) {
    return bytes.get(at) & 0xff;
  }

  /**
   * Returns how long a record is, header and content, if it is one of data and as it should be;
   * else 0. It is what nearly every record is, so this is quicker than {@link #flaw}.
   *
   * @param at where the record begins; its header is there
   * @param maxContentBytes how long the content may be
   */
  static int dataRecordBytes(ByteBuffer bytes, int at, int maxContentBytes) {
    int content = bytes.getShort(at + 3) & 0xffff;
    return bytes.getShort(at) == DATA_OF_VERSION_3 && content > 0 && content <= maxContentBytes
        ? BYTES + content
        : 0;
  }

  /** Returns how long the record is, header and content. */
  static int recordBytes(ByteBuffer bytes, int at) {
    return BYTES + contentBytes(bytes, at);
  }

  /**
   * Returns whether the record may be close_notify. In TLS 1.3 a short one of data looks the same.
   *
   * @param typesHidden whether all types look like that of data
   */
  static boolean mayBeAlert(ByteBuffer bytes, int at, boolean typesHidden) {
    return typesHidden
        ? contentBytes(bytes, at) <= MAX_ALERT_CONTENT_BYTES_13
        : type(bytes, at) == ALERT;
  }

  /**
   * Returns whether a record of the handshake may be close_notify: it is one in the clear, or an
   * alert whose content is hidden.
   *
   * @param length of the record, header and content, which are all there
   */
  static boolean mayBeCloseNotifyOfHandshake(ByteBuffer bytes, int at, int length) {
    if (type(bytes, at) == ALERT) {
      return length != BYTES + 2 || bytes.get(at + BYTES + 1) == CLOSE_NOTIFY;
    }
    return type(bytes, at) == APPLICATION_DATA && mayBeAlert(bytes, at, true);
  }

  /**
   * Makes a record of TLS 1.2 or 1.3 whose content is zeros.
   *
   * @param length what its header says
   * @param present how much of the content is there
   */
  static ByteBuffer forged(int type, int length, int present) {
    ByteBuffer record = ByteBuffer.allocate(BYTES + present);
    record.put((byte) type).put((byte) 3).put((byte) 3).putShort((short) length);
    return record.rewind();
  }

  private static int contentBytes(ByteBuffer bytes, int at) {
    return ((bytes.get(at + 3) & 0xff) << 8) | (bytes.get(at + 4) & 0xff);
  }

  /**
   * Tells why bytes are not the beginning of a record, as early as that can be known.
   *
   * @param at where the record would begin
   * @param available how many bytes are there
   * @param maxContentBytes how long the content may be
   * @return what is wrong, or null
   */
  static @Nullable String flaw(ByteBuffer bytes, int at, int available, int maxContentBytes) {
    if (available >= 1) {
      int type = type(bytes, at);
      if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA) {
        return "type " + type + " is not between 20 and 23";
      }
    }
    if (available >= 2 && bytes.get(at + 1) != 3) {
      return "major version " + (bytes.get(at + 1) & 0xff) + " is not 3";
    }
    if (available >= BYTES) {
      int length = contentBytes(bytes, at);
      if (length == 0 || length > maxContentBytes) {
        return "length " + length + " is not between 1 and " + maxContentBytes;
      }
    }
    return null;
  }
}

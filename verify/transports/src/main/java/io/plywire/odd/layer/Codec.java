// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd.layer;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** How bytes become records, and back; an empty record is the end mark. One for each stream. */
abstract class Codec {
  /** A record's length takes so many bytes. */
  static final int HEAD = 2;

  /** The most content that is given to {@link #encode}. */
  static final int MOST = 4096;

  /** Makes records of all that is left of the source. */
  abstract ByteBuffer encode(ByteBuffer source);

  /**
   * Opens the record at the position, which is complete.
   *
   * @param record without its head
   * @return its content
   */
  abstract ByteBuffer decode(ByteBuffer record) throws StreamException;

  /** A length, and the content as it is. */
  static final class Framing extends Codec {
    @Override
    ByteBuffer encode(ByteBuffer source) {
      int length = source.remaining();
      return ByteBuffer.allocate(HEAD + length).putShort((short) length).put(source).flip();
    }

    @Override
    ByteBuffer decode(ByteBuffer record) {
      return record;
    }
  }

  /** Many records for each write, of one to sixteen bytes. */
  static final class Chunking extends Codec {
    private int next;

    @Override
    ByteBuffer encode(ByteBuffer source) {
      ByteBuffer all = ByteBuffer.allocate((HEAD + 1) * source.remaining() + HEAD);
      do {
        int n = Math.min(source.remaining(), 1 + (next++ & 15));
        all.putShort((short) n).put(source.slice(source.position(), n));
        source.position(source.position() + n);
      } while (source.hasRemaining());
      return all.flip();
    }

    @Override
    ByteBuffer decode(ByteBuffer record) {
      return record;
    }
  }

  /** Hidden content, and a sum over it and the record's number; as safe as a postcard. */
  static final class Sealing extends Codec {
    private static final int SUM = 4;

    private long sent;
    private long received;

    @Override
    ByteBuffer encode(ByteBuffer source) {
      int length = source.remaining();
      ByteBuffer sealed = ByteBuffer.allocate(HEAD + length + SUM).putShort((short) (length + SUM));
      while (source.hasRemaining()) {
        sealed.put((byte) (source.get() ^ 0x55));
      }
      return sealed.putInt(sum(sealed.slice(HEAD, length), sent++)).flip();
    }

    @Override
    ByteBuffer decode(ByteBuffer record) throws StreamException {
      int length = record.remaining() - SUM;
      if (length < 0 || record.getInt(length) != sum(record.slice(0, length), received++)) {
        throw new StreamException(StreamError.PROTOCOL, "a record was changed");
      }
      ByteBuffer content = ByteBuffer.allocate(length);
      for (int i = 0; i < length; i++) {
        content.put((byte) (record.get(i) ^ 0x55));
      }
      return content.flip();
    }

    private static int sum(ByteBuffer hidden, long number) {
      CRC32 crc = new CRC32();
      crc.update(ByteBuffer.allocate(8).putLong(number).flip());
      crc.update(hidden);
      return (int) crc.getValue();
    }
  }
}

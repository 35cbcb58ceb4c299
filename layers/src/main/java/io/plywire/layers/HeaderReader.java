// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.layers.internal.FirstBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Collects a header of either version. It never asks for a byte that may not belong to the header,
 * so what follows is left where it is; a header takes two reads or three in version 2, a few more
 * in version 1.
 */
final class HeaderReader {
  private static final int USUAL_BYTES = 128;

  private final int max;
  private ByteBuffer bytes = ByteBuffer.allocate(0);

  /**
   * Makes one that has nothing yet, no memory either.
   *
   * @param max how many bytes a header may have
   */
  HeaderReader(int max) {
    this.max = max;
  }

  /** Returns how many bytes there are. */
  int size() {
    return bytes.position();
  }

  /** Returns where to put bytes: as many as are surely missing; none if the header is complete. */
  ByteBuffer room() throws BadHeader {
    int wanted = size() + missing();
    if (wanted > bytes.capacity()) {
      int size = size();
      byte[] longer = Arrays.copyOf(bytes.array(), Math.max(wanted, Math.min(max, USUAL_BYTES)));
      bytes = ByteBuffer.wrap(longer).position(size);
    }
    return bytes.limit(wanted);
  }

  private int missing() throws BadHeader {
    int size = size();
    byte[] array = bytes.array();
    if (begins(array, size, HeaderV1.START)) {
      return size < HeaderV1.MIN_BYTES ? HeaderV1.MIN_BYTES - size : HeaderV1.missing(array, size);
    }
    if (begins(array, size, HeaderV2.SIGNATURE)) {
      return size < HeaderV2.SIGNATURE.length
          ? HeaderV1.MIN_BYTES - size
          : HeaderV2.missing(array, size, max);
    }
    throw new BadHeader(
        "the first bytes are neither 'PROXY ' nor the signature of version 2: "
            + FirstBytes.text(array, size));
  }

  private static boolean begins(byte[] bytes, int size, byte[] start) {
    int n = Math.min(size, start.length);
    return Arrays.equals(bytes, 0, n, start, 0, n);
  }

  /** Understands the header, which is complete. */
  ProxyHeader header() throws BadHeader {
    byte[] array = bytes.array();
    return array[0] == HeaderV1.START[0]
        ? HeaderV1.parse(array, size())
        : HeaderV2.parse(array, size());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import io.plywire.websocket.internal.protocol.MessageInflater;

/** What a connection has that has agreed on permessage-deflate. */
final class Compression {
  final DeflateParameters agreed;
  final MessageDeflater deflater;
  final CompressedPayload incoming;

  Compression(Connection c, DeflateOptions options, DeflateParameters agreed) {
    this.agreed = agreed;
    this.deflater = new MessageDeflater(options, agreed, c.role());
    this.incoming =
        new CompressedPayload(c, new MessageInflater(options.engine(), agreed, c.peer()));
  }

  /** Frees what the engine holds; the connection has ended. */
  void release() {
    deflater.release();
    incoming.release();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.Role;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import io.plywire.websocket.internal.protocol.MessageInflater;

/** What a connection has that has agreed on permessage-deflate. */
final class Compression {
  final DeflateParameters agreed;
  final MessageDeflater deflater;
  final MessageInflater inflater;

  Compression(DeflateOptions options, DeflateParameters agreed, Role role, Role peer) {
    this.agreed = agreed;
    this.deflater = new MessageDeflater(options, agreed, role);
    this.inflater = new MessageInflater(options.engine(), agreed, peer);
  }

  /** Frees what the engine holds; the connection has ended. */
  void release() {
    deflater.release();
    inflater.release();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import io.plywire.bench.echo.wire.Security;
import io.plywire.bench.echo.wire.TlsMemory;
import io.plywire.tls.TlsContext;
import java.io.IOException;

/** What an echo costs at least on a JVM, from the system calls up. */
final class Floors {
  private Floors() {}

  /** Starts an echo of bytes, see {@link ByteEcho}. */
  static EchoServer bytes(Security security) throws IOException {
    if (security == Security.NONE) {
      Block.Pool pool = new Block.Pool(true);
      return new SelectorServer((wire, key) -> new ByteEcho(wire, key, pool), null, null);
    }
    TlsContext tls = security.serverContext();
    TlsMemory memory = Security.memory(tls, -1);
    Block.Pool pool = new Block.Pool(memory.isDirect());
    return new SelectorServer((wire, key) -> new ByteEcho(wire, key, pool), tls, memory);
  }

  /** Starts an echo of messages, see {@link MessageEcho}. */
  static EchoServer messages() throws IOException {
    Block.Pool pool = new Block.Pool(true);
    return new SelectorServer((wire, key) -> new MessageEcho(wire, key, pool), null, null);
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import io.plywire.bench.echo.wire.Security;
import io.plywire.bench.echo.wire.TlsMemory;
import io.plywire.tls.TlsContext;
import java.io.IOException;
import java.util.function.Function;

/** What an echo costs at least on a JVM, from the system calls up. */
final class Floors {
  private Floors() {}

  /** Starts an echo of bytes, see {@link ByteEcho}. */
  static EchoServer bytes(Security security) throws IOException {
    return start(security, pool -> (wire, key) -> new ByteEcho(wire, key, pool));
  }

  /** Starts an echo of messages, see {@link MessageEcho}. */
  static EchoServer messages(Security security) throws IOException {
    return start(security, pool -> (wire, key) -> new MessageEcho(wire, key, pool));
  }

  private static EchoServer start(Security security, Function<Block.Pool, SelectorServer.Kind> kind)
      throws IOException {
    if (security == Security.NONE) {
      return new SelectorServer(kind.apply(new Block.Pool(true)), null, null);
    }
    TlsContext tls = security.serverContext();
    TlsMemory memory = Security.memory(tls, -1);
    return new SelectorServer(kind.apply(new Block.Pool(memory.isDirect())), tls, memory);
  }
}

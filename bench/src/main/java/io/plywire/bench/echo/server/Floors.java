// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo.server;

import io.plywire.bench.echo.wire.Security;
import io.plywire.tls.TlsContext;
import java.io.IOException;
import java.util.function.Function;

/** What an echo costs at least on a JVM, from the system calls up. */
final class Floors {
  private Floors() {}

  /** Starts an echo of bytes, see {@link ByteEcho}. */
  static EchoServer bytes(Security security, int loops) throws IOException {
    return start(security, loops, pool -> (wire, key) -> new ByteEcho(wire, key, pool));
  }

  /** Starts an echo of messages, see {@link MessageEcho}. */
  static EchoServer messages(Security security, int loops) throws IOException {
    return start(security, loops, pool -> (wire, key) -> new MessageEcho(wire, key, pool));
  }

  private static EchoServer start(
      Security security, int loops, Function<Block.Pool, SelectorServer.Kind> kind)
      throws IOException {
    TlsContext tls = security == Security.NONE ? null : security.serverContext();
    boolean direct = tls == null || Security.memory(tls, -1).isDirect();
    return new SelectorServer(() -> kind.apply(new Block.Pool(direct)), tls, loops);
  }
}

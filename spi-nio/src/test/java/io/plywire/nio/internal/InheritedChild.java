// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import static io.plywire.stream.CompletionToken.useBlocking;

import io.plywire.nio.NioEventLoop;
import io.plywire.nio.NioOptions;
import io.plywire.spi.Acceptor;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A process that listens on what it has inherited, and tells its one client what happened. */
final class InheritedChild {
  private InheritedChild() {}

  private static String listenAgain(Rig rig, Endpoint endpoint, TransportOptions options) {
    try {
      return "listens again: " + rig.listen(endpoint, options);
    } catch (IOException e) {
      return ((StreamException) e).error().name();
    }
  }

  /** Prints where it listens, or why it does not. */
  public static void main(String[] args) throws Exception {
    Endpoint endpoint = Endpoint.parse(args[0]);
    TransportOptions options = TransportOptions.defaults().with(NioOptions.INHERITED, true);
    try (Rig rig = new Rig(2)) {
      Acceptor acceptor;
      try {
        acceptor = rig.listen(endpoint, options);
      } catch (StreamException e) {
        System.out.println(e.error() + " " + e.getMessage());
        return;
      }
      System.out.println("listening " + acceptor.localEndpoint());
      AsyncStream stream = acceptor.asyncAccept(useBlocking());
      List<String> told = new ArrayList<>();
      told.add(listenAgain(rig, endpoint, options));
      acceptor.close();
      Rig.settle((NioEventLoop) acceptor.executor());
      told.add(listenAgain(rig, endpoint, options));
      Rig.writeFully(
          stream, ByteBuffer.wrap(String.join(" ", told).getBytes(StandardCharsets.US_ASCII)));
      stream.asyncTeardown(io.plywire.stream.Role.SERVER, useBlocking());
      stream.close();
    }
  }
}

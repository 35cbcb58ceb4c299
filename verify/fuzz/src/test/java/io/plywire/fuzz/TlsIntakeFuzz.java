// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.inmemory.InMemoryStream;
import io.plywire.stream.Role;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Recorded;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsStream;
import java.util.Arrays;

/**
 * A handshake of TLS with a peer that sends anything, and then goes away. The first byte is: 1 we
 * are the server, 2 TLS 1.2 and not 1.3.
 */
public final class TlsIntakeFuzz {
  private static final TlsContext[] CONTEXTS = {
    Tls.client("TLSv1.3"), Tls.server("TLSv1.3"), Tls.client("TLSv1.2"), Tls.server("TLSv1.2")
  };

  private TlsIntakeFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    String whole = shake(input, Cuts.WHOLE);
    Check.equal(shake(input, Cuts.BYTES), whole, "cut to bytes");
    Check.equal(shake(input, Cuts.LARGE), whole, "cut to pieces");
  }

  private static String shake(byte[] input, Cuts cuts) {
    boolean server = (input[0] & 1) != 0;
    try (Harness h = new Harness()) {
      RawPeer peer = h.raw(server ? Role.CLIENT : Role.SERVER);
      InMemoryStream own = server ? h.serverEnd : h.clientEnd;
      Recorded<TlsStream> handshake = h.handler("handshake");
      TlsStream.asyncHandshake(
          own, CONTEXTS[input[0] & 3], server ? null : Tls.NAME, -1, handshake);
      h.run();
      int from = 1;
      for (int end : cuts.ends(input, input.length - 1)) {
        peer.send(Arrays.copyOfRange(input, from, 1 + end));
        from = 1 + end;
        h.run();
      }
      peer.stop();
      h.run();
      Check.that(handshake.error() != null, "a handshake with nobody");
      Check.that(!own.isOpen(), "the stream below is open");
      return Reading.name(handshake.error());
    }
  }
}

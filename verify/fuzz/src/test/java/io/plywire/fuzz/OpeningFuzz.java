// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.stream.Role;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.tests.support.Recorded;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.util.Arrays;

/**
 * A WebSocket that is being opened with a peer that sends anything, and then goes away. The first
 * byte is: 1 we are the server, 2 compression is wanted, 4 the head may be short only.
 */
public final class OpeningFuzz {
  /** The example of RFC 6455 §1.3, so that seeds can have the right answer. */
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private static final int MAX = 1000;

  private OpeningFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    String whole = open(input, Cuts.WHOLE);
    Check.equal(open(input, Cuts.BYTES), whole, "cut to bytes");
    Check.equal(open(input, Cuts.LARGE), whole, "cut to pieces");
  }

  private static String open(byte[] input, Cuts cuts) {
    boolean server = (input[0] & 1) != 0;
    try (Harness h = new Harness()) {
      WebSocketOptions options =
          ((input[0] & 2) != 0 ? h.deflating() : Harness.quiet())
              .withReadMessageMax(MAX)
              .withHandshakeHeadMax((input[0] & 4) != 0 ? 256 : 8192)
              .withRequestDecorator(request -> request.fields().set("Sec-WebSocket-Key", KEY));
      RawPeer peer = h.raw(server ? Role.CLIENT : Role.SERVER);
      WebSocketStream stream = server ? h.server(options) : h.client(options);
      Recorded<?> opening = start(h, stream, server);
      Reading reading = new Reading(h, stream, true, MAX);
      h.run();
      int from = 1;
      for (int end : cuts.ends(input, input.length - 1)) {
        peer.send(Arrays.copyOfRange(input, from, 1 + end));
        from = 1 + end;
        h.run();
        if (opening.isDone() && opening.error() == null) {
          reading.goOn();
        }
      }
      peer.stop();
      h.run();
      if (opening.error() != null) {
        return Reading.name(opening.error()) + ": " + opening.error().getMessage();
      }
      reading.goOn();
      return "opened, " + reading.words();
    }
  }

  private static Recorded<?> start(Harness h, WebSocketStream stream, boolean server) {
    if (server) {
      Recorded<UpgradeRequest> accept = h.handler("accept");
      stream.asyncAccept(accept);
      return accept;
    }
    Recorded<UpgradeResponse> handshake = h.handler("handshake");
    stream.asyncHandshake("example.com", "/", handshake);
    return handshake;
  }
}

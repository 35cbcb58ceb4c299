// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.tests.support.Frame;
import io.plywire.tests.support.Harness;
import io.plywire.tests.support.RawPeer;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import java.util.Arrays;
import java.util.List;

/**
 * An open WebSocket whose peer sends anything, and then goes away. The first byte is: 1 we are the
 * server, 2 compression was agreed on, 4 or 8 the longest message, 16 whole messages are read.
 */
public final class StrangerFuzz {
  private static final int[] LIMITS = {64 * 1024, 1, 100, 1000};
  private static final String DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate";

  private StrangerFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    String whole = talk(input, Cuts.WHOLE);
    Check.equal(talk(input, Cuts.BYTES), whole, "cut to bytes");
    Check.equal(talk(input, Cuts.LARGE), whole, "cut to pieces");
  }

  private static String talk(byte[] input, Cuts cuts) {
    boolean server = (input[0] & 1) != 0;
    boolean deflate = (input[0] & 2) != 0;
    int max = LIMITS[input[0] >> 2 & 3];
    try (Harness h = new Harness()) {
      WebSocketOptions options =
          (deflate ? h.deflating() : Harness.quiet()).withReadMessageMax(max);
      String[] fields = deflate ? new String[] {DEFLATE} : new String[0];
      WebSocketStream stream = server ? h.server(options) : h.client(options);
      RawPeer peer = server ? h.openServer(stream, fields) : h.openClient(stream, fields);
      Reading reading = new Reading(h, stream, (input[0] & 16) != 0, max);
      reading.goOn();
      int from = 1;
      for (int end : cuts.ends(input, input.length - 1)) {
        peer.send(Arrays.copyOfRange(input, from, 1 + end));
        from = 1 + end;
        reading.goOn();
      }
      List<Frame> sent = peer.frames();
      peer.stop();
      reading.goOn();
      String words = reading.words();
      boolean refused = words.endsWith("refused");
      return words + sent.stream().filter(f -> !refused || f.opcode() != 8).toList();
    }
  }
}

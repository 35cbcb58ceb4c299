// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.websocket.CloseReason;
import io.plywire.websocket.internal.protocol.CloseFrame;
import java.nio.ByteBuffer;

/** The payload of a close frame. */
public final class CloseFrameFuzz {
  private CloseFrameFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    ByteBuffer payload = ByteBuffer.wrap(input);
    CloseFrame.Parsed parsed = CloseFrame.parse(payload);
    Check.that(!payload.hasRemaining(), "bytes left: ", payload);
    if (parsed.violation() != null) {
      Check.equal(parsed.reason(), CloseReason.NONE, "the reason beside a violation");
      return;
    }
    ByteBuffer encoded = ByteBuffer.allocate(125);
    CloseFrame.encode(parsed.reason(), encoded);
    Check.equal(encoded.flip(), ByteBuffer.wrap(input), "the payload of ", parsed.reason());
    // What is answered may stand in a frame as well.
    CloseFrame.encode(CloseFrame.reply(parsed.reason()), encoded.clear());
    Check.equal(CloseFrame.parse(encoded.flip()).violation(), null, "the answer");
  }
}

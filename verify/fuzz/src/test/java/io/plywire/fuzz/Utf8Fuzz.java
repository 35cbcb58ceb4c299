// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.websocket.internal.protocol.Utf8Validator;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Text, judged beside the JDK's decoder. */
public final class Utf8Fuzz {
  /** Continuation bytes at the borders of what may follow some first byte. */
  private static final byte[] BORDERS = {(byte) 0x80, (byte) 0x90, (byte) 0xA0, (byte) 0xBF};

  private Utf8Fuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    int failsAt = -1; // index of the byte that nothing can make good
    boolean complete = false;
    for (Cuts cuts : Cuts.values()) {
      Utf8Validator validator = new Utf8Validator();
      ByteBuffer text =
          cuts == Cuts.SMALL
              ? ByteBuffer.allocateDirect(input.length).put(input).flip()
              : ByteBuffer.wrap(input);
      int from = 0;
      int fails = -1;
      for (int end : cuts.ends(input, input.length)) {
        if (!validator.validate(text, from, end) && fails < 0) {
          fails = end - 1;
        }
        from = end;
      }
      Check.equal(text.remaining(), input.length, "what remains");
      boolean whole = isUtf8(input);
      Check.equal(validator.complete(), whole, "validity, cut to ", cuts);
      Check.that(!whole || fails < 0, "failed though valid, cut to ", cuts);
      if (cuts == Cuts.BYTES) {
        failsAt = fails;
        complete = whole;
      }
    }
    if (failsAt >= 0) {
      Check.that(!canBecomeUtf8(input, failsAt + 1), "failed too early, at ", failsAt);
      Check.that(canBecomeUtf8(input, failsAt), "failed too late, at ", failsAt);
    } else {
      Check.that(complete || canBecomeUtf8(input, input.length), "not failed though hopeless");
    }
  }

  private static boolean isUtf8(byte[] text) {
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(text));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  /** Returns whether up to three bytes complete what the text begins with. */
  private static boolean canBecomeUtf8(byte[] text, int length) {
    return completes(Arrays.copyOf(text, length), 3);
  }

  private static boolean completes(byte[] text, int more) {
    if (isUtf8(text)) {
      return true;
    }
    for (byte border : more == 0 ? new byte[0] : BORDERS) {
      byte[] longer = Arrays.copyOf(text, text.length + 1);
      longer[text.length] = border;
      if (completes(longer, more - 1)) {
        return true;
      }
    }
    return false;
  }
}

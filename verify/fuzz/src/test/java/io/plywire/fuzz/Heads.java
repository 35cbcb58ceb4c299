// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.internal.protocol.HttpHead;
import io.plywire.websocket.internal.protocol.HttpHeadScanner;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** What the heads of requests and responses have in common. */
final class Heads {
  private Heads() {}

  /**
   * Scans in every way of cutting, and demands the same of each.
   *
   * @return the length of the head, or 0 if there is none
   */
  static int scan(byte[] input, int from, boolean request, int max) {
    String whole = "";
    int length = 0;
    for (Cuts cuts : Cuts.values()) {
      HttpHeadScanner scanner =
          request ? HttpHeadScanner.forRequest(max) : HttpHeadScanner.forResponse(max);
      int outcome = HttpHeadScanner.NEED_MORE;
      for (int end : cuts.ends(input, input.length - from)) {
        ByteBuffer sofar = ByteBuffer.wrap(input, from, end);
        outcome = scanner.scan(sofar);
        Check.equal(sofar.position(), from, "position after a scan");
        if (outcome != HttpHeadScanner.NEED_MORE) {
          break;
        }
      }
      length = scanner.headLength();
      String words = outcome + " " + length + " " + scanner.violation();
      whole = cuts == Cuts.WHOLE ? words : whole;
      Check.equal(words, whole, "scanned, cut to ", cuts);
      switch (outcome) {
        case HttpHeadScanner.HEAD ->
            Check.that(length > 0 && length <= max, "head of ", length, " bytes");
        case HttpHeadScanner.VIOLATION ->
            Check.that(scanner.violation() != null && length == 0, "a violation: ", words);
        default -> Check.that(input.length - from < max, "no end in sight");
      }
    }
    return length;
  }

  /** Demands that a head is parsed or has a violation, and that all of it is consumed. */
  static <T> T parsed(HttpHead.Parsed<T> parsed, ByteBuffer in, int end) {
    Check.equal(in.position(), end, "position after parsing");
    Check.that((parsed.message() == null) != (parsed.violation() == null), "both or none");
    return parsed.message();
  }

  static List<String> lines(HttpFields fields) {
    List<String> lines = new ArrayList<>();
    for (HttpFields.Field field : fields) {
      lines.add(field.name() + ": " + field.value());
    }
    return lines;
  }

  /** How much may be allocated for a head: a little, and some strings for each of its bytes. */
  static long allowance(int bytes) {
    return 64 * 1024 + 1024L * bytes;
  }
}

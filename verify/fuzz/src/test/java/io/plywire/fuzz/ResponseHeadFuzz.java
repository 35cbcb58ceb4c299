// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.stream.Role;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.internal.protocol.ClientHandshake;
import io.plywire.websocket.internal.protocol.HttpHead;
import io.plywire.websocket.internal.protocol.ResponseBody;
import io.plywire.websocket.internal.protocol.Violation;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A response to a request to upgrade, and its body. The first byte is: 1 or 2 the limit of the
 * head, 4 compression is offered, 8 or 16 the limit of the body.
 */
public final class ResponseHeadFuzz {
  private static final int[] LIMITS = {16 * 1024, 64, 300, 1024};
  private static final int[] BODY_LIMITS = {1024, 0, 1, 10};

  /** The example of RFC 6455 §1.3, so that seeds can have the right answer. */
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  private static final List<String> SUBPROTOCOLS = List.of("chat", "superchat");

  private ResponseHeadFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int length = Heads.scan(input, 1, false, LIMITS[input[0] & 3]);
    if (length == 0) {
      return;
    }
    UpgradeResponse response =
        Check.allocatesAtMost(
            Heads.allowance(length),
            () -> parse(ByteBuffer.wrap(input, 1, input.length - 1), length));
    if (response == null) {
      return;
    }
    ByteBuffer encoded = HttpHead.encode(response);
    byte[] bytes = encoded.array();
    Check.equal(Heads.scan(bytes, 0, false, bytes.length), bytes.length, "encoded anew");
    UpgradeResponse again = parse(encoded, bytes.length);
    Check.equal(again.status(), response.status(), "the status");
    Check.equal(again.reason(), response.reason(), "the reason");
    Check.equal(again.version(), response.version(), "the version");
    Check.equal(Heads.lines(again.fields()), Heads.lines(response.fields()), "the fields");

    DeflateOptions deflate = (input[0] & 4) != 0 ? DeflateOptions.defaults() : null;
    ClientHandshake handshake = new ClientHandshake("/", "example.com", KEY, SUBPROTOCOLS, deflate);
    if (ClientHandshake.isInterim(response)) {
      Check.that(response.status() != 101, "interim: ", response);
    }
    Violation violation =
        Check.allocatesAtMost(Heads.allowance(length), () -> handshake.validate(response));
    if (violation == null) {
      Check.equal(response.status(), 101, "the status");
      Check.that(deflate != null || handshake.deflate() == null, "an extension from nowhere");
      Check.that(
          handshake.deflate() == null || handshake.deflate().windowBits(Role.CLIENT) == 15,
          "a window that the engine cannot have: ",
          handshake.deflate());
      String chosen = ClientHandshake.subprotocol(response);
      Check.that(chosen == null || SUBPROTOCOLS.contains(chosen), "sub-protocol ", chosen);
    }
    body(response, input, 1 + length, BODY_LIMITS[input[0] >> 3 & 3]);
  }

  private static UpgradeResponse parse(ByteBuffer in, int length) {
    int end = in.position() + length;
    return Heads.parsed(HttpHead.parseResponse(in, length), in, end);
  }

  private static void body(UpgradeResponse head, byte[] input, int from, int max) {
    String whole = "";
    for (Cuts cuts : Cuts.values()) {
      ResponseBody body = new ResponseBody(head, max);
      ByteBuffer in = ByteBuffer.wrap(input, from, input.length - from).slice();
      int outcome = ResponseBody.NEED_MORE;
      for (int end : cuts.ends(input, input.length - from)) {
        outcome = body.decode(in.limit(end));
        Check.that(outcome == ResponseBody.DONE || !in.hasRemaining(), "bytes left");
        if (outcome == ResponseBody.DONE) {
          break;
        }
      }
      body.endOfStream();
      UpgradeResponse response = body.response();
      Check.that(response.body().length <= max, "a body of ", response.body().length, " bytes");
      String words =
          "%d %d %s %b"
              .formatted(outcome, in.position(), response.bodyText(), response.isBodyComplete());
      whole = cuts == Cuts.WHOLE ? words : whole;
      Check.equal(words, whole, "the body, cut to ", cuts);
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.websocket.Reply;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.internal.protocol.ClientHandshake;
import io.plywire.websocket.internal.protocol.DeflateNegotiation;
import io.plywire.websocket.internal.protocol.ExtensionList;
import io.plywire.websocket.internal.protocol.HttpHead;
import io.plywire.websocket.internal.protocol.ReplyHead;
import io.plywire.websocket.internal.protocol.ServerHandshake;
import io.plywire.websocket.internal.protocol.Violation;
import java.nio.ByteBuffer;
import java.util.List;

/** A request to upgrade, from its bytes to the answer. The first byte chooses the limit. */
public final class RequestHeadFuzz {
  private static final int[] LIMITS = {16 * 1024, 64, 300, 1024};

  private RequestHeadFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int length = Heads.scan(input, 1, true, LIMITS[input[0] & 3]);
    if (length == 0) {
      return;
    }
    UpgradeRequest request =
        Check.allocatesAtMost(
            Heads.allowance(length),
            () -> parse(ByteBuffer.wrap(input, 1, input.length - 1), length));
    if (request == null) {
      return;
    }
    ByteBuffer encoded = HttpHead.encode(request);
    byte[] bytes = encoded.array();
    Check.equal(Heads.scan(bytes, 0, true, bytes.length), bytes.length, "encoded anew");
    UpgradeRequest again = parse(encoded, bytes.length);
    Check.equal(again.method(), request.method(), "the method");
    Check.equal(again.target(), request.target(), "the target");
    Check.equal(again.version(), request.version(), "the version");
    Check.equal(Heads.lines(again.fields()), Heads.lines(request.fields()), "the fields");
    Violation violation =
        Check.allocatesAtMost(
            Heads.allowance(length),
            () -> {
              ServerHandshake.sameOrigin(request);
              ServerHandshake.expectsContinue(request);
              return ServerHandshake.validate(request);
            });
    if (violation == null) {
      answer(request);
    } else {
      Reply refusal = ServerHandshake.refusal(violation);
      requireWhole(ReplyHead.of(refusal, refusal.bodyLength(), false, false));
    }
  }

  private static UpgradeRequest parse(ByteBuffer in, int length) {
    int end = in.position() + length;
    return Heads.parsed(HttpHead.parseRequest(in, length), in, end);
  }

  private static void answer(UpgradeRequest request) {
    List<String> offered = ServerHandshake.subprotocols(request);
    String subprotocol = offered.isEmpty() ? null : offered.get(offered.size() - 1);
    String extensions =
        DeflateNegotiation.answer(ExtensionList.of(request.fields()), DeflateOptions.defaults());
    UpgradeResponse response =
        requireWhole(ServerHandshake.accept(request, subprotocol, extensions));
    Check.equal(ClientHandshake.subprotocol(response), subprotocol, "the sub-protocol");
  }

  /** What the request said must not get out of its field. */
  private static UpgradeResponse requireWhole(UpgradeResponse response) {
    ByteBuffer encoded = HttpHead.encode(response);
    int head = encoded.remaining() - response.body().length;
    Check.equal(Heads.scan(encoded.array(), 0, false, head), head, "head of the answer");
    UpgradeResponse again = Heads.parsed(HttpHead.parseResponse(encoded, head), encoded, head);
    Check.equal(again.status(), response.status(), "the status");
    Check.equal(Heads.lines(again.fields()), Heads.lines(response.fields()), "the fields");
    return again;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.internal.protocol.ClientHandshake;
import io.plywire.websocket.internal.protocol.HandshakeKey;
import io.plywire.websocket.internal.protocol.HttpHead;
import io.plywire.websocket.internal.protocol.HttpHeadScanner;
import io.plywire.websocket.internal.protocol.ResponseBody;
import io.plywire.websocket.internal.protocol.Violation;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The client's opening handshake: sends the request and judges the answer (RFC 6455 section 4.1).
 */
final class HandshakeOp extends OpeningOp<UpgradeResponse> {
  private enum Step {
    START,
    SENT,
    BODY,
    BODY_RECEIVED
  }

  /** How long the body of a refusal may take: it explains, and is not worth a wait. */
  private static final long BODY_NANOS = 1_000_000_000;

  /** How many interim responses are listened to before the answer proper. */
  private static final int MAX_INTERIMS = 32;

  private final ClientHandshake handshake;
  private int interims;
  private @Nullable ResponseBody body;
  private @Nullable Violation refusal;
  private Step step = Step.START;

  HandshakeOp(Connection c, String host, String target, Handler<UpgradeResponse> handler) {
    super(c, Kind.HANDSHAKE, handler);
    handshake =
        new ClientHandshake(
            target, host, HandshakeKey.random(), c.options.subprotocols(), c.options.deflate());
  }

  @Override
  Next step() {
    return switch (step) {
      case START -> sendRequest();
      case SENT -> afterSend();
      case BODY -> body();
      case BODY_RECEIVED -> afterBodyBytes();
    };
  }

  private Next sendRequest() {
    if (!c.openingStarted(Role.CLIENT)) {
      return fail(new StreamException(StreamError.ABORTED, "the stream was closed before"));
    }
    try {
      c.options.requestDecorator().accept(handshake.request());
    } catch (RuntimeException | Error e) {
      return fail(
          new WebSocketException(
              WebSocketError.DECORATOR_FAILED, "the request decorator threw " + e, e));
    }
    Violation violation = handshake.validateRequest();
    if (violation != null) {
      return fail(violation);
    }
    Observation told = c.observation();
    if (told != null) {
      told.asked(handshake.request().target());
    }
    step = Step.SENT;
    return sendBytes(handshake.encode());
  }

  private Next afterSend() {
    if (stillSending()) {
      return Next.SUSPENDED;
    }
    if (ioError != null) {
      return fail(ioError);
    }
    return readResponse();
  }

  private Next readResponse() {
    return readHead(HttpHeadScanner.forResponse(c.options.handshakeHeadMax()));
  }

  @Override
  Next headRefused(Violation violation) {
    return fail(violation);
  }

  @Override
  String endWithinHead() {
    return "the server ended the connection before it answered the upgrade";
  }

  @Override
  Next headFound(int length) {
    HttpHead.Parsed<UpgradeResponse> parsed = HttpHead.parseResponse(c.inbound.bytes(), length);
    UpgradeResponse response = parsed.message();
    if (response == null) {
      return fail(Objects.requireNonNull(parsed.violation()));
    }
    if (ClientHandshake.isInterim(response)) {
      if (++interims > MAX_INTERIMS) {
        return fail(
            new Violation(
                WebSocketError.BAD_HTTP_MESSAGE,
                "more than " + MAX_INTERIMS + " interim responses"));
      }
      return readResponse(); // the answer proper follows
    }
    Violation violation = handshake.validate(response);
    if (violation == null) {
      return succeed(response, ClientHandshake.subprotocol(response), handshake.deflate());
    }
    refusal = violation;
    body = new ResponseBody(response, c.options.refusedBodyMax());
    if (violation.error() != WebSocketError.UPGRADE_DECLINED) {
      return refused(); // a server that speaks no HTTP body any more
    }
    step = Step.BODY;
    c.liveness.hurry(BODY_NANOS);
    return Next.AGAIN;
  }

  /** The refusal is known, whatever there is of the body that was to explain it. */
  @Override
  @Nullable IOException atDeadline() {
    if (refusal == null) {
      return null;
    }
    Objects.requireNonNull(body).giveUp();
    return refusalError();
  }

  private Next body() {
    ResponseBody collector = Objects.requireNonNull(body);
    if (collector.decode(c.inbound.isEmpty() ? Sources.NOTHING : c.inbound.bytes())
        == ResponseBody.DONE) {
      return refused();
    }
    step = Step.BODY_RECEIVED;
    receive();
    return Next.SUSPENDED;
  }

  private Next afterBodyBytes() {
    if (!received()) {
      // Whatever ended the body, the refusal itself is known.
      Objects.requireNonNull(body).endOfStream();
      return refused();
    }
    step = Step.BODY;
    return Next.AGAIN;
  }

  private Next refused() {
    return fail(refusalError());
  }

  private WebSocketException refusalError() {
    Violation why = Objects.requireNonNull(refusal);
    return WebSocketException.refused(
        why.error(), why.detail(), Objects.requireNonNull(body).response());
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.ErrorCondition;
import io.plywire.stream.Handler;
import io.plywire.stream.OperationException;
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
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The client's opening handshake: sends the request and judges the answer (RFC 6455 section 4.1).
 */
final class HandshakeOp extends OpeningOp<UpgradeResponse> {
  private enum Step {
    START,
    SENT,
    HEAD,
    HEAD_READY,
    HEAD_RECEIVED,
    BODY,
    BODY_RECEIVED
  }

  /** How many interim responses are listened to before the answer proper. */
  private static final int MAX_INTERIMS = 32;

  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

  private final ClientHandshake handshake;
  private HttpHeadScanner scanner;
  private int interims;
  private @Nullable ResponseBody body;
  private @Nullable Violation refusal;
  private Step step = Step.START;

  HandshakeOp(Connection c, String host, String target, Handler<UpgradeResponse> handler) {
    super(c, "handshake", handler);
    handshake =
        new ClientHandshake(target, host, HandshakeKey.random(), c.options.subprotocols(), null);
    scanner = HttpHeadScanner.forResponse(c.options.handshakeHeadMax());
  }

  @Override
  void begin() {}

  @Override
  Next advance() {
    IOException reason = calledOff();
    if (reason != null) {
      return fail(reason);
    }
    if (isCancelled()) {
      return failCancelled();
    }
    return switch (step) {
      case START -> sendRequest();
      case SENT -> afterSend();
      case HEAD -> head();
      case HEAD_READY -> afterWait();
      case HEAD_RECEIVED -> afterHeadBytes();
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
    step = Step.HEAD;
    return Next.AGAIN;
  }

  private Next head() {
    if (!c.inbound.isEmpty()) {
      switch (scanner.scan(c.inbound.bytes())) {
        case HttpHeadScanner.HEAD -> {
          return afterHead();
        }
        case HttpHeadScanner.VIOLATION -> {
          return fail(Objects.requireNonNull(scanner.violation()));
        }
        default -> {}
      }
    }
    step = Step.HEAD_READY;
    awaitBytes();
    return Next.SUSPENDED;
  }

  private Next afterWait() {
    if (ioError != null) {
      return fail(ended(ioError));
    }
    step = Step.HEAD_RECEIVED;
    receive();
    return Next.SUSPENDED;
  }

  private Next afterHeadBytes() {
    if (!received()) {
      return fail(ended(Objects.requireNonNull(ioError)));
    }
    step = Step.HEAD;
    return Next.AGAIN;
  }

  private static IOException ended(IOException cause) {
    return cause instanceof OperationException known
            && known.condition() == ErrorCondition.CONNECTION_LOST
        ? new StreamException(
            StreamError.EOF,
            "the server ended the connection before it answered the upgrade",
            cause)
        : cause;
  }

  private Next afterHead() {
    HttpHead.Parsed<UpgradeResponse> parsed =
        HttpHead.parseResponse(c.inbound.bytes(), scanner.headLength());
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
      scanner = HttpHeadScanner.forResponse(c.options.handshakeHeadMax());
      step = Step.HEAD; // the answer proper follows
      return Next.AGAIN;
    }
    Violation violation = handshake.validate(response);
    if (violation == null) {
      return succeed(response, ClientHandshake.subprotocol(response));
    }
    refusal = violation;
    body = new ResponseBody(response, c.options.refusedBodyMax());
    if (violation.error() != WebSocketError.UPGRADE_DECLINED) {
      return refused(); // a server that speaks no HTTP body any more
    }
    step = Step.BODY;
    return Next.AGAIN;
  }

  private Next body() {
    ResponseBody collector = Objects.requireNonNull(body);
    if (collector.decode(c.inbound.isEmpty() ? EMPTY : c.inbound.bytes()) == ResponseBody.DONE) {
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
    Violation why = Objects.requireNonNull(refusal);
    return fail(
        WebSocketException.refused(
            why.error(), why.detail(), Objects.requireNonNull(body).response()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.DeflateNegotiation;
import io.plywire.websocket.internal.protocol.ExtensionList;
import io.plywire.websocket.internal.protocol.HttpHead;
import io.plywire.websocket.internal.protocol.HttpHeadScanner;
import io.plywire.websocket.internal.protocol.ServerHandshake;
import io.plywire.websocket.internal.protocol.Violation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The server's opening handshake: receives a request, unless it was received already, and answers
 * it (RFC 6455 section 4.2). A request that is refused gets a proper answer before the connection
 * ends.
 */
final class AcceptOp extends OpeningOp<UpgradeRequest> {
  private enum Step {
    START,
    ACCEPT_SENT,
    REFUSAL_SENT,
    TORN_DOWN
  }

  private final @Nullable ByteBuffer early;
  private @Nullable UpgradeRequest request;
  private @Nullable String subprotocol;
  private @Nullable DeflateParameters deflate;
  private @Nullable IOException refusal;
  private Step step = Step.START;

  AcceptOp(
      Connection c,
      @Nullable UpgradeRequest request,
      @Nullable ByteBuffer received,
      Handler<UpgradeRequest> handler) {
    super(c, Kind.ACCEPT, handler);
    this.request = request;
    this.early = received == null ? null : copy(received);
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
  }

  @Override
  Next step() {
    return switch (step) {
      case START -> start();
      case ACCEPT_SENT -> afterAccept();
      case REFUSAL_SENT -> afterRefusal();
      case TORN_DOWN -> fail(Objects.requireNonNull(refusal));
    };
  }

  private Next start() {
    if (!c.openingStarted(Role.SERVER)) {
      return fail(new StreamException(StreamError.ABORTED, "the stream was closed before"));
    }
    if (early != null) {
      c.inbound.append(early);
    }
    if (request != null) {
      return judge(request);
    }
    return readHead(HttpHeadScanner.forRequest(c.options.handshakeHeadMax()));
  }

  @Override
  Next headFound(int length) {
    HttpHead.Parsed<UpgradeRequest> parsed = HttpHead.parseRequest(c.inbound.bytes(), length);
    UpgradeRequest received = parsed.message();
    return received == null ? refuse(Objects.requireNonNull(parsed.violation())) : judge(received);
  }

  @Override
  Next headRefused(Violation violation) {
    return refuse(violation);
  }

  @Override
  String endWithinHead() {
    return "the client ended the connection within its upgrade request";
  }

  private Next judge(UpgradeRequest received) {
    request = received;
    Violation violation = ServerHandshake.validate(received);
    if (violation == null) {
      ServerHandshake.putAuthority(received);
      try {
        violation = judgeOrigin(received);
      } catch (RuntimeException | Error e) {
        return refuse(
            new Violation(WebSocketError.CALLBACK_FAILED, "the origin policy threw " + e), e);
      }
    }
    if (violation != null) {
      return refuse(violation);
    }
    DeflateOptions deflateOptions = c.options.deflate();
    UpgradeResponse response =
        ServerHandshake.accept(
            received,
            choose(ServerHandshake.subprotocols(received)),
            deflateOptions == null
                ? null
                : DeflateNegotiation.answer(ExtensionList.of(received.fields()), deflateOptions));
    ByteBuffer bytes;
    try {
      c.options.responseDecorator().accept(response);
      bytes = HttpHead.encode(response);
    } catch (RuntimeException | Error e) {
      return refuse(
          new Violation(WebSocketError.DECORATOR_FAILED, "the response decorator threw " + e), e);
    }
    violation = ServerHandshake.validateAgreement(received, response, deflateOptions);
    if (violation != null) {
      return refuse(violation);
    }
    // What is sent is what is agreed on, whoever put it there.
    subprotocol = ServerHandshake.subprotocol(response);
    deflate = DeflateNegotiation.agreed(ExtensionList.of(response.fields()));
    step = Step.ACCEPT_SENT;
    return sendBytes(
        ServerHandshake.expectsContinue(received)
            ? join(HttpHead.encode(ServerHandshake.continueResponse()), bytes)
            : bytes);
  }

  private @Nullable Violation judgeOrigin(UpgradeRequest received) {
    return c.options.originPolicy().allows(received)
        ? null
        : new Violation(
            WebSocketError.BAD_ORIGIN,
            "origin " + received.fields().first("Origin") + " is not allowed");
  }

  private static ByteBuffer join(ByteBuffer first, ByteBuffer second) {
    return ByteBuffer.allocate(first.remaining() + second.remaining())
        .put(first)
        .put(second)
        .flip();
  }

  private @Nullable String choose(List<String> offered) {
    for (String own : c.options.subprotocols()) {
      if (offered.contains(own)) {
        return own;
      }
    }
    return null;
  }

  private Next afterAccept() {
    if (stillSending()) {
      return Next.SUSPENDED;
    }
    return ioError != null
        ? fail(ioError)
        : succeed(Objects.requireNonNull(request), subprotocol, deflate);
  }

  private Next refuse(Violation violation) {
    return refuse(violation, null);
  }

  private Next refuse(Violation violation, @Nullable Throwable cause) {
    refusal = new WebSocketException(violation.error(), violation.detail(), cause);
    step = Step.REFUSAL_SENT;
    return sendBytes(
        HttpHead.encode(
            violation.error() == WebSocketError.DECORATOR_FAILED
                ? ServerHandshake.reject(violation)
                : decorated(violation, refusal)));
  }

  /** Returns a refusal with what the decorator adds, or without if that fails: refused it is. */
  private UpgradeResponse decorated(Violation violation, IOException told) {
    UpgradeResponse response = ServerHandshake.reject(violation);
    try {
      c.options.responseDecorator().accept(response);
    } catch (RuntimeException | Error e) {
      told.addSuppressed(e);
      return ServerHandshake.reject(violation);
    }
    Violation broken = ServerHandshake.validateRefusal(response);
    if (broken == null) {
      return response;
    }
    told.addSuppressed(new WebSocketException(broken.error(), broken.detail(), null));
    return ServerHandshake.reject(violation);
  }

  private Next afterRefusal() {
    if (stillSending()) {
      return Next.SUSPENDED;
    }
    if (ioError != null) {
      return fail(Objects.requireNonNull(refusal)); // it was refused, whether or not it heard it
    }
    step = Step.TORN_DOWN;
    c.next.asyncTeardown(Role.SERVER, this);
    return Next.SUSPENDED;
  }
}

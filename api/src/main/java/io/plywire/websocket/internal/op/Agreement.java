// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.websocket.Acceptance;
import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.internal.protocol.DeflateNegotiation;
import io.plywire.websocket.internal.protocol.ExtensionList;
import io.plywire.websocket.internal.protocol.HttpHead;
import io.plywire.websocket.internal.protocol.ServerHandshake;
import io.plywire.websocket.internal.protocol.Violation;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What comes of a request for a WebSocket: a response that agrees, or what speaks against it. Knows
 * the options, which judge and decorate, and nothing of streams.
 *
 * @param response what agrees; null if something speaks against it
 * @param head that response as bytes
 * @param violation what speaks against it; null if nothing does
 * @param cause what the application has thrown, if that is why
 */
public record Agreement(
    @Nullable UpgradeResponse response,
    @Nullable ByteBuffer head,
    @Nullable Violation violation,
    @Nullable Throwable cause) {

  /** Returns the answer to a request that nobody else decides about. */
  public static UpgradeResponse answer(UpgradeRequest request, WebSocketOptions options) {
    Violation broken = ServerHandshake.validate(request);
    Agreement reached = broken == null ? null : refused(broken, null);
    if (reached == null) {
      ServerHandshake.putAuthority(request);
      reached = judgeOrigin(request, options);
    }
    if (reached == null) {
      reached = of(request, Acceptance.plain(), options);
    }
    UpgradeResponse response = reached.response();
    return response == null
        ? Answer.refusal(options, Objects.requireNonNull(reached.violation()))
        : response;
  }

  /**
   * Asks the origin policy.
   *
   * @param request a proper one
   * @return null if it has no objections
   */
  static @Nullable Agreement judgeOrigin(UpgradeRequest request, WebSocketOptions options) {
    try {
      return options.originPolicy().allows(request)
          ? null
          : refused(
              new Violation(
                  WebSocketError.BAD_ORIGIN,
                  "origin " + request.fields().first("Origin") + " is not allowed"),
              null);
    } catch (RuntimeException | Error e) {
      return refused(
          new Violation(WebSocketError.CALLBACK_FAILED, "the origin policy threw " + e), e);
    }
  }

  /**
   * Agrees, if the response decorator lets it.
   *
   * @param request a proper one, to which nobody objects
   * @param how with which sub-protocol and fields
   */
  static Agreement of(UpgradeRequest request, Acceptance how, WebSocketOptions options) {
    DeflateOptions deflate = options.deflate();
    String chosen = how.subprotocol();
    UpgradeResponse response =
        ServerHandshake.accept(
            request,
            chosen == null ? choose(ServerHandshake.subprotocols(request), options) : chosen,
            deflate == null
                ? null
                : DeflateNegotiation.answer(ExtensionList.of(request.fields()), deflate));
    for (HttpFields.Field field : how.fields()) {
      response.fields().add(field.name(), field.value());
    }
    ByteBuffer head;
    try {
      options.responseDecorator().accept(response);
      head = HttpHead.encode(response);
    } catch (RuntimeException | Error e) {
      return refused(
          new Violation(WebSocketError.DECORATOR_FAILED, "the response decorator threw " + e), e);
    }
    Violation broken = ServerHandshake.validateAgreement(request, response, deflate);
    return broken == null ? new Agreement(response, head, null, null) : refused(broken, null);
  }

  private static Agreement refused(Violation violation, @Nullable Throwable cause) {
    return new Agreement(null, null, violation, cause);
  }

  private static @Nullable String choose(List<String> offered, WebSocketOptions options) {
    for (String own : options.subprotocols()) {
      if (offered.contains(own)) {
        return own;
      }
    }
    return null;
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.stream.AsyncStream;
import io.plywire.tls.TlsSession;
import io.plywire.tls.TlsStream;
import io.plywire.transport.Endpoint;
import io.plywire.transport.PeerAddress;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.observe.Redaction;
import io.plywire.websocket.observe.WireTap;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** All that {@code doctor} finds out about a URL, in the order in which it does. */
final class Examination {
  /**
   * A head of the upgrade.
   *
   * @param sent whether it is the request
   * @param lines without credentials
   */
  record Head(boolean sent, List<String> lines) {}

  final String url;
  final boolean takesAnyCertificate;
  final Instant now = Instant.now();
  final List<Head> heads = new CopyOnWriteArrayList<>();
  volatile @Nullable TlsSession tls;
  @Nullable ConnectReport report;
  @Nullable String address;
  @Nullable String subprotocol;
  @Nullable String compression;
  boolean opened;
  @Nullable Duration ping;
  int messages;
  @Nullable CloseOutcome close;
  @Nullable Duration closeTook;

  /** Where it failed, or null if all is well. */
  @Nullable String failedStage;

  @Nullable CommandFailure failure;

  Examination(String url, boolean takesAnyCertificate) {
    this.url = Redaction.ofText(url);
    this.takesAnyCertificate = takesAnyCertificate;
  }

  /** Looks at what is below the WebSocket, and listens from there on. */
  AsyncStream look(AsyncStream below, Endpoint endpoint) {
    lookAtTls(below, endpoint);
    PeerAddress known = below.layer(PeerAddress.class);
    address = known == null ? null : Stages.address(known.remoteAddress());
    return new WireTap(
        below,
        new WireTap.Observer() {
          @Override
          public void head(boolean sent, String text) {
            heads.add(new Head(sent, Redaction.ofHead(text)));
          }
        });
  }

  /** Takes what TLS has agreed on with the server; that with a proxy is not meant. */
  void lookAtTls(AsyncStream below, Endpoint endpoint) {
    TlsStream secured = endpoint.secure() ? below.layer(TlsStream.class) : null;
    tls = secured == null ? null : secured.session();
  }

  void opened(WebSocketStream webSocket) {
    opened = true;
    subprotocol = webSocket.subprotocol();
    compression = webSocket.deflate() == null ? null : Deflate.describe(webSocket.deflate());
  }

  void failed(String stage, CommandFailure why) {
    failedStage = stage;
    failure = why;
  }

  int exitCode() {
    return failure == null ? ExitCode.OK : failure.exitCode();
  }

  /** Returns the server's chain, its own certificate first, if any was seen. */
  List<CertificateFacts> certificates() {
    TlsSession seen = tls;
    return seen == null
        ? List.of()
        : seen.peerCertificates().stream().map(each -> CertificateFacts.of(each, now)).toList();
  }

  /** Says whether the chain has been verified, and why not. */
  String verdict() {
    if (Stages.TLS.equals(failedStage) && failure != null) {
      return "not verified: " + failure.what();
    }
    return takesAnyCertificate
        ? "not verified: --insecure takes any"
        : "verified: for this name, and by an issuer that is trusted";
  }

  /** Returns what is to be done: about the failure, and about what will be one. */
  List<String> advice() {
    List<String> advice = new ArrayList<>();
    if (failure != null && !failure.advice().isEmpty()) {
      advice.add(Redaction.ofText(failure.advice()));
    }
    certificates().stream()
        .filter(each -> each.daysLeft() >= 0 && each.daysLeft() < CertificateFacts.FEW_DAYS)
        .forEach(each -> advice.add("have " + each.subject() + " renewed: " + each.validity(now)));
    return advice;
  }
}

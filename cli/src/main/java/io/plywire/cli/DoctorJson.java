// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.tls.TlsSession;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.observe.Redaction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An {@link Examination} for programs. */
final class DoctorJson {
  private DoctorJson() {}

  static Json of(Examination seen) {
    ConnectReport report = seen.report;
    return new Json()
        .with("url", seen.url)
        .with("ok", seen.failure == null)
        .with("exit_code", seen.exitCode())
        .with("failed_stage", seen.failedStage)
        .with("condition", seen.failure == null ? null : condition(seen.failure))
        .with("error", seen.failure == null ? null : Redaction.ofText(seen.failure.what()))
        .with("advice", seen.advice())
        .with("address", seen.address)
        .with("took_ms", report == null ? null : Stages.millis(report.took()))
        .with("steps", report == null ? List.of() : Stages.json(report))
        .with("tls", seen.tls == null ? null : tls(seen, seen.tls))
        .with("heads", seen.heads.stream().map(DoctorJson::head).toList())
        .with("subprotocol", seen.subprotocol)
        .with("extensions", seen.compression == null ? List.of() : List.of("permessage-deflate"))
        .with("ping_ms", seen.ping == null ? null : Stages.millis(seen.ping))
        .with("messages", seen.messages)
        .with("close", seen.close == null ? null : close(seen, seen.close));
  }

  private static String condition(CommandFailure failure) {
    return JsonOutput.condition(failure.getCause());
  }

  private static Json tls(Examination seen, TlsSession session) {
    return new Json()
        .with("protocol", session.protocol())
        .with("cipher_suite", session.cipherSuite())
        .with("group", session.group())
        .with("application_protocol", session.applicationProtocol())
        .with("verified", !seen.takesAnyCertificate && !Stages.TLS.equals(seen.failedStage))
        .with("verdict", seen.verdict())
        .with("certificates", seen.certificates().stream().map(CertificateFacts::json).toList());
  }

  private static Json head(Examination.Head head) {
    return new Json().with("sent", head.sent()).with("lines", head.lines());
  }

  private static Json close(Examination seen, CloseOutcome outcome) {
    @Nullable Double took = seen.closeTook == null ? null : Stages.millis(seen.closeTook);
    return new Json()
        .with("code", outcome.code())
        .with("reason", outcome.reason())
        .with("clean", outcome.handshakeComplete())
        .with("took_ms", took);
  }
}

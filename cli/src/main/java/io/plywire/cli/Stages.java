// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.transport.Endpoint;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.ConnectReport.Step;
import io.plywire.websocket.observe.Redaction;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/** Reads the account of a connect. */
final class Stages {
  static final String RESOLVE = "resolve";
  static final String CONNECT = "connect";
  static final String PROXY_TLS = "proxy-tls";
  static final String TLS = "tls";

  /** A layer of ours, which is of no interest to anybody. */
  static final String TAP = "tap";

  static final String UPGRADE = "upgrade";
  static final String REDIRECT = "redirect";

  private static final String REDIRECTED_TO = " to ";

  private Stages() {}

  static boolean isTls(String stage) {
    return stage.equals(TLS) || stage.equals(PROXY_TLS);
  }

  /** Returns the steps without that of ours. */
  static List<Step> steps(ConnectReport report) {
    return report.steps().stream().filter(step -> !step.stage().equals(TAP)).toList();
  }

  /** Returns the stage at which a connect has failed. */
  static String failed(ConnectReport report) {
    List<Step> steps = steps(report);
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (steps.get(i).error() != null) {
        return steps.get(i).stage();
      }
    }
    return steps.isEmpty() ? CONNECT : steps.get(steps.size() - 1).stage();
  }

  /** Returns whom it had to do with in the end, after redirects. */
  static Endpoint reached(ConnectReport report) {
    Endpoint reached = report.endpoint();
    for (Step step : report.steps()) {
      if (step.stage().equals(REDIRECT)) {
        int to = step.subject().indexOf(REDIRECTED_TO);
        reached = Endpoint.parse(step.subject().substring(to + REDIRECTED_TO.length()));
      }
    }
    return reached;
  }

  static double millis(Duration duration) {
    return Math.round(duration.toNanos() / 1e3) / 1e3;
  }

  /** Returns an address in figures. */
  static String address(SocketAddress address) {
    if (address instanceof InetSocketAddress known && known.getAddress() != null) {
      String figures = known.getAddress().getHostAddress();
      return (figures.indexOf(':') < 0 ? figures : "[" + figures + "]") + ":" + known.getPort();
    }
    return address.toString();
  }

  /** Returns the steps for programs. */
  static List<Json> json(ConnectReport report) {
    return steps(report).stream().map(Stages::json).toList();
  }

  private static Json json(Step step) {
    Throwable error = step.error();
    return new Json()
        .with("stage", step.stage())
        .with("subject", Redaction.ofText(step.subject()))
        .with("begun_ms", millis(step.begun()))
        .with("took_ms", millis(step.took()))
        .with("result", error != null ? null : step.result().isEmpty() ? "done" : step.result())
        .with("error", error == null ? null : Redaction.ofText(OneLine.of(error)));
  }
}

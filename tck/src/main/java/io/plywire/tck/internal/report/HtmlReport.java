// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.report;

import io.plywire.tck.CheckResult;
import io.plywire.tck.CheckResult.Status;
import io.plywire.tck.Rule;
import io.plywire.tck.TckReport;
import io.plywire.tck.Waiver;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report as one page that needs nothing else. */
public final class HtmlReport {
  private static final String STYLE =
      """
      body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem;
             color: #1b1f24; background: #fff }
      h1 { font-size: 1.5rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
      table { border-collapse: collapse; width: 100% }
      td { border-top: 1px solid #d7dce2; padding: .35rem .6rem; vertical-align: top }
      td.id, td.time { white-space: nowrap; font-variant-numeric: tabular-nums }
      .PASSED { color: #11683a } .FAILED { color: #b3161b; font-weight: 600 }
      .WAIVED { color: #8a5300 } .UNTESTED { color: #5b6570 }
      pre { background: #f3f5f7; padding: .8rem; overflow-x: auto; font-size: 12.5px }
      @media (prefers-color-scheme: dark) {
        body { color: #e3e7eb; background: #15181c } td { border-color: #363d45 } pre { background: #1f242a }
        .PASSED { color: #63d297 } .FAILED { color: #ff8b86 } .WAIVED { color: #f0b35c } .UNTESTED { color: #9aa5b1 }
      }
      """;

  private HtmlReport() {}

  public static String of(TckReport report) {
    StringBuilder html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head>");
    html.append("<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
    html.append("<title>plywire TCK: ").append(Markup.escape(report.subject()));
    html.append("</title>\n<style>\n").append(STYLE).append("</style></head>\n<body>\n<h1>");
    html.append(Markup.escape(TextReport.summary(report))).append("</h1>\n<p>Traits ");
    html.append(Markup.escape(report.traits())).append("; ");
    html.append(Markup.escape(report.environment().toString())).append("</p>\n");
    for (String id : report.violatedRules()) {
      html.append("<p class=\"FAILED\">Violated: ").append(Markup.escape(Rule.of(id).toString()));
      html.append("</p>\n");
    }
    for (Waiver waiver : report.waivers()) {
      html.append("<p class=\"WAIVED\">Waived: ").append(waiver.rule()).append(", ");
      html.append(Markup.escape(waiver.reason())).append(" <a href=\"");
      html.append(Markup.escape(waiver.link().toString())).append("\">more</a></p>\n");
    }
    for (Waiver waiver : report.staleWaivers()) {
      html.append("<p class=\"FAILED\">Stale waiver: ").append(waiver.rule()).append("</p>\n");
    }
    for (Map.Entry<String, String> group : Rule.groups().entrySet()) {
      List<CheckResult> results =
          report.results().stream()
              .filter(result -> result.check().rule().group().equals(group.getKey()))
              .toList();
      if (!results.isEmpty()) {
        html.append("<h2>").append(group.getKey()).append(' ').append(group.getValue());
        html.append("</h2>\n<table>\n");
        results.forEach(result -> row(result, html));
        html.append("</table>\n");
      }
    }
    return html.append("</body></html>\n").toString();
  }

  private static void row(CheckResult result, StringBuilder html) {
    Rule rule = result.check().rule();
    html.append("<tr><td class=\"id\">").append(rule.id()).append("<br><small>");
    html.append(rule.force()).append("</small></td><td>").append(Markup.escape(rule.statement()));
    html.append("<br><small>").append(Markup.escape(result.check().name())).append("</small>");
    if (result.violated() != null) {
      html.append("<details").append(result.status() == Status.FAILED ? " open" : "");
      html.append("><summary>").append(result.violated().id()).append(": ");
      html.append(Markup.escape(result.message())).append("</summary><pre>");
      html.append(Markup.escape(TextReport.failure(result))).append("</pre></details>");
    } else if (!result.message().isEmpty()) {
      html.append("<br><small>").append(Markup.escape(result.message())).append("</small>");
    }
    html.append("</td><td class=\"").append(result.status()).append("\">");
    html.append(result.status().name().toLowerCase(Locale.ROOT)).append("</td>");
    html.append("<td class=\"time\">").append(result.time().toMillis()).append(" ms</td></tr>\n");
  }
}

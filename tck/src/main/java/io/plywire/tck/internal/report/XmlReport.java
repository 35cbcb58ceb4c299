// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.report;

import io.plywire.tck.CheckResult;
import io.plywire.tck.CheckResult.Status;
import io.plywire.tck.TckReport;
import java.util.Locale;

/** The report for tools, in the form of JUnit's. */
public final class XmlReport {
  private XmlReport() {}

  public static String of(TckReport report) {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.append(
        String.format(
            Locale.ROOT,
            "<testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"%d\""
                + " time=\"%.3f\">%n",
            Markup.escape("plywire-tck " + report.subject()),
            report.results().size(),
            report.count(Status.FAILED),
            report.count(Status.UNTESTED) + report.count(Status.WAIVED),
            report.time().toMillis() / 1e3));
    for (CheckResult result : report.results()) {
      xml.append(
          String.format(
              Locale.ROOT,
              "  <testcase classname=\"%s\" name=\"%s\" time=\"%.3f\"",
              Markup.escape(report.subject() + "." + result.check().rule().group()),
              Markup.escape(result.check().testName()),
              result.time().toMillis() / 1e3));
      switch (result.status()) {
        case PASSED -> xml.append("/>\n");
        case FAILED ->
            xml.append("><failure message=\"")
                .append(Markup.escape(result.message()))
                .append("\">")
                .append(Markup.escape(TextReport.failure(result)))
                .append("</failure></testcase>\n");
        case WAIVED, UNTESTED ->
            xml.append("><skipped message=\"")
                .append(Markup.escape(result.message()))
                .append("\"/></testcase>\n");
      }
    }
    return xml.append("</testsuite>\n").toString();
  }
}

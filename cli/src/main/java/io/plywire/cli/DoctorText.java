// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.tls.TlsSession;
import io.plywire.websocket.ConnectReport;
import io.plywire.websocket.ConnectReport.Step;
import io.plywire.websocket.observe.Redaction;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An {@link Examination} for people, in 80 columns of ASCII. */
final class DoctorText {
  private static final int WIDTH = 80;
  private static final int TIME_WIDTH = 10;
  private static final String INDENT = " ".repeat(22);
  private static final String HEADS_INDENT = " ".repeat(8);
  private static final int MAX_NAMES = 8;

  /** The JDK puts these into its messages; they say nothing to people. */
  private static final Pattern EXCEPTIONS = Pattern.compile("\\b(?:[a-z]\\w*\\.)+\\w+Exception: ");

  private enum Mark {
    OK("ok"),
    WARN("warn"),
    FAIL("FAIL"),
    NOTHING("--");

    private final String text;

    Mark(String text) {
      this.text = text;
    }
  }

  private final PrintWriter out;
  private int upgrades;

  DoctorText(PrintWriter out) {
    this.out = out;
  }

  void print(Examination seen) {
    out.println(seen.url);
    out.println();
    ConnectReport report = seen.report;
    if (report != null) {
      List<Step> steps = Stages.steps(report);
      for (int i = 0; i < steps.size(); i++) {
        print(seen, steps.get(i), i == lastFailed(seen, steps));
      }
    }
    printPing(seen);
    printClose(seen);
    out.println();
    printEnd(seen);
  }

  /** The step that the whole has failed with; others may fail and do no harm. */
  private static int lastFailed(Examination seen, List<Step> steps) {
    if (seen.failure == null || seen.opened) {
      return -1;
    }
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (steps.get(i).error() != null) {
        return i;
      }
    }
    return steps.size() - 1;
  }

  private void print(Examination seen, Step step, boolean decisive) {
    Throwable error = step.error();
    Mark mark =
        decisive
            ? Mark.FAIL
            : error != null
                ? Mark.WARN
                : step.result().isEmpty() || step.stage().equals(Stages.RESOLVE)
                    ? Mark.OK
                    : Mark.NOTHING;
    boolean tls = step.stage().equals(Stages.TLS);
    TlsSession session = seen.tls;
    if (tls && mark == Mark.OK && session != null) {
      line(fewDays(seen) ? Mark.WARN : mark, step.stage(), agreed(session), step.took());
    } else {
      line(mark, step.stage(), subject(step), step.took());
    }
    if (decisive && seen.failure != null) {
      detail(seen.failure.what());
    } else if (error != null) {
      detail(OneLine.of(error));
    }
    if (tls && session != null) {
      printCertificates(seen);
    }
    if (step.stage().equals(Stages.UPGRADE)) {
      printHeads(seen);
    }
  }

  private static String subject(Step step) {
    return step.result().isEmpty() ? step.subject() : step.subject() + ": " + step.result();
  }

  private static String agreed(TlsSession session) {
    return session.protocol()
        + ", "
        + session.cipherSuite()
        + (session.group() == null ? "" : ", " + session.group());
  }

  // ---- certificates

  private static boolean fewDays(Examination seen) {
    return seen.certificates().stream()
        .anyMatch(each -> each.daysLeft() < CertificateFacts.FEW_DAYS);
  }

  private void printCertificates(Examination seen) {
    for (CertificateFacts each : seen.certificates()) {
      detail(each.subject());
      detail("  issued by " + each.issuer());
      if (!each.names().isEmpty()) {
        detail("  for " + names(each.names()));
      }
      detail(
          "  from "
              + LocalDate.ofInstant(each.from(), ZoneOffset.UTC)
              + " to "
              + LocalDate.ofInstant(each.until(), ZoneOffset.UTC)
              + ", "
              + each.validity(seen.now));
    }
    if (seen.failedStage == null || !seen.failedStage.equals(Stages.TLS)) {
      detail(seen.verdict());
    }
  }

  private static String names(List<String> names) {
    return names.size() <= MAX_NAMES
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, MAX_NAMES))
            + " and "
            + (names.size() - MAX_NAMES)
            + " more";
  }

  // ---- the WebSocket

  /** The heads of a request and of what answers it, one after the other if there are redirects. */
  private void printHeads(Examination seen) {
    int requests = 0;
    upgrades++;
    for (Examination.Head head : seen.heads) {
      requests += head.sent() ? 1 : 0;
      if (requests == upgrades) {
        String prefix = HEADS_INDENT + (head.sent() ? "> " : "< ");
        head.lines().forEach(text -> wrapped(prefix, text));
      }
    }
    if (seen.opened && requests == upgrades) {
      detail("sub-protocol: " + (seen.subprotocol == null ? "none" : seen.subprotocol));
      detail(seen.compression == null ? "compression: none" : seen.compression);
    }
  }

  private void printPing(Examination seen) {
    if (!seen.opened) {
      return;
    }
    Duration ping = seen.ping;
    line(ping == null ? Mark.FAIL : Mark.OK, "ping", "answered".repeat(ping == null ? 0 : 1), ping);
    if (ping == null && seen.failure != null) {
      detail(seen.failure.what());
    }
    if (seen.messages > 0) {
      detail(seen.messages + (seen.messages == 1 ? " message" : " messages") + " came meanwhile");
    }
  }

  private void printClose(Examination seen) {
    if (seen.close != null) {
      line(Mark.OK, "close", "answered with " + seen.close.received(), seen.closeTook);
    } else if ("close".equals(seen.failedStage) && seen.failure != null) {
      line(Mark.FAIL, "close", "", null);
      detail(seen.failure.what());
    }
  }

  private void printEnd(Examination seen) {
    List<String> advice = seen.advice();
    if (seen.failure == null) {
      out.println(advice.isEmpty() ? "All is well." : "All is well so far.");
    } else if (advice.isEmpty()) {
      out.println("It failed at the stage " + seen.failedStage + ".");
    }
    for (String each : advice) {
      wrapped("What to do: ", each);
    }
  }

  // ---- lines

  private void line(Mark mark, String stage, String text, @Nullable Duration took) {
    String time = took == null ? "" : time(took);
    String begin = String.format(Locale.ROOT, "  %-4s  %-12s  ", mark.text, stage);
    List<String> parts = Wrapped.lines(Redaction.ofText(text), WIDTH - begin.length() - TIME_WIDTH);
    String first = begin + parts.get(0);
    out.println(
        (first + " ".repeat(Math.max(1, WIDTH - first.length() - time.length())) + time)
            .stripTrailing());
    parts.stream().skip(1).forEach(part -> out.println(INDENT + part));
  }

  private void detail(String text) {
    wrapped(INDENT, Redaction.ofText(EXCEPTIONS.matcher(text).replaceAll("")));
  }

  private void wrapped(String prefix, String text) {
    String leading = text.substring(0, text.length() - text.stripLeading().length());
    String indent = prefix + leading;
    List<String> parts = Wrapped.lines(text.strip(), WIDTH - indent.length());
    out.println((indent + parts.get(0)).stripTrailing());
    parts.stream().skip(1).forEach(part -> out.println(" ".repeat(indent.length()) + part));
  }

  private static String time(Duration took) {
    double millis = Stages.millis(took);
    return millis < 1000
        ? String.format(Locale.ROOT, "%.1f ms", millis)
        : String.format(Locale.ROOT, "%.2f s", millis / 1000);
  }
}

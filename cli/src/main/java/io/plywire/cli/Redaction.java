// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.util.regex.Pattern;

/** Hides what looks like credentials, so that what is printed can be passed on. */
final class Redaction {
  private static final String HIDDEN = "***";
  private static final String SECRET =
      "(?:authorization|cookie|token|secret|passw|credential|session|signature|api-?key|x-[^:=&]*key)";

  /** Those of the protocol are no secrets. */
  private static final Pattern FIELD =
      Pattern.compile("(?i)^((?!sec-websocket-)[^:\\s]*" + SECRET + "[^:\\s]*:\\s*).+$");

  private static final Pattern PARAMETER =
      Pattern.compile("(?i)([?&][^=&\\s]*(?:" + SECRET + "|key|auth|sig)[^=&\\s]*=)[^&\\s'\"]+");

  private Redaction() {}

  /** Returns a line of a head, without what a terminal would act upon either. */
  static String ofHeadLine(String line) {
    return ofText(FIELD.matcher(Usage.clean(line)).replaceFirst("$1" + HIDDEN));
  }

  /** Returns a text that may hold URLs. */
  static String ofText(String text) {
    return PARAMETER.matcher(text).replaceAll("$1" + HIDDEN);
  }
}

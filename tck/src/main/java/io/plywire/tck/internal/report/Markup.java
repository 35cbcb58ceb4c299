// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.report;

/** Text within XML and HTML. */
final class Markup {
  private Markup() {}

  /** Replaces what has a meaning in markup, and what cannot stand in XML at all. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replaceAll("[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\uFFFE\\uFFFF]", "?");
  }
}

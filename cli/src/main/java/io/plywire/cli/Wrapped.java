// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import java.util.ArrayList;
import java.util.List;

/** Text in lines of a width, broken at spaces where there are any. */
final class Wrapped {
  private Wrapped() {}

  /**
   * Returns the lines, at least one.
   *
   * @param text without line ends
   * @param width most characters of a line
   */
  static List<String> lines(String text, int width) {
    List<String> lines = new ArrayList<>();
    String rest = text;
    while (rest.length() > width) {
      int space = rest.lastIndexOf(' ', width);
      int end = space > 0 ? space : width;
      lines.add(rest.substring(0, end).stripTrailing());
      rest = rest.substring(end).stripLeading();
    }
    lines.add(rest);
    return lines;
  }
}

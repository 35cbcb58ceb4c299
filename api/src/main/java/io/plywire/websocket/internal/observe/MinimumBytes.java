// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.observe;

import java.util.Set;
import jdk.jfr.SettingControl;

/** The setting for how long a message has to be so that it is recorded. */
public final class MinimumBytes extends SettingControl {
  static final String NAME = "minimumBytes";
  private static final long DEFAULT = 64 << 10;

  private volatile long bytes = DEFAULT;

  /** The recorder makes one. */
  public MinimumBytes() {}

  long bytes() {
    return bytes;
  }

  /** Several recordings get what the least of them asks for. */
  @Override
  public String combine(Set<String> values) {
    return Long.toString(values.stream().mapToLong(MinimumBytes::parse).min().orElse(DEFAULT));
  }

  @Override
  public void setValue(String value) {
    bytes = parse(value);
  }

  @Override
  public String getValue() {
    return Long.toString(bytes);
  }

  /** What makes no sense changes nothing. */
  private static long parse(String value) {
    try {
      return Long.parseLong(value.trim());
    } catch (NumberFormatException e) {
      return DEFAULT;
    }
  }
}

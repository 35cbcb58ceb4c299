// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.observe;

import java.util.Set;
import jdk.jfr.SettingControl;

/** The setting for how long a message has to be so that it is recorded. */
public final class MinimumBytes extends SettingControl {
  static final String NAME = "minimumBytes";
  private static final long DEFAULT = 64 << 10;

  private static volatile long least = DEFAULT; // of the only one that there is

  private volatile long bytes = DEFAULT;

  /** The recorder makes one. */
  public MinimumBytes() {}

  long bytes() {
    return bytes;
  }

  /** Tells without an event how long a message has to be. */
  static long least() {
    return least;
  }

  /** Several recordings get what the least of them asks for. */
  @Override
  public String combine(Set<String> values) {
    return Long.toString(values.stream().mapToLong(MinimumBytes::parse).min().orElse(DEFAULT));
  }

  @Override
  public void setValue(String value) {
    bytes = parse(value);
    least = bytes;
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

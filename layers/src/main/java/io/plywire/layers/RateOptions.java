// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.transport.LayerOption;

/** The options of {@link RateLimit}, for {@link io.plywire.transport.TransportOptions}. */
public final class RateOptions {
  /** How many bytes may pass. Without it a {@link RateLimit} that has no policy limits nothing. */
  public static final LayerOption<RatePolicy> POLICY =
      new LayerOption<>() {
        @Override
        public String name() {
          return "RATE_POLICY";
        }

        @Override
        public Class<RatePolicy> type() {
          return RatePolicy.class;
        }

        @Override
        public String toString() {
          return name();
        }
      };

  private RateOptions() {}
}

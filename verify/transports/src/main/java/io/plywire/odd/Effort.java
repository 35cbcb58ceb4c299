// SPDX-License-Identifier: Apache-2.0
package io.plywire.odd;

import io.plywire.tck.TckEnvironment;
import java.time.Duration;

/** How much a run does. */
@SuppressWarnings("ImmutableEnumChecker") // a record of numbers is immutable
enum Effort {
  /** As little as finds something. */
  LITTLE(new TckEnvironment(Duration.ofSeconds(10), 20, 8 << 10, 20, 1)),
  /** A fraction of the default. */
  QUICK(TckEnvironment.quick()),
  /** The default. */
  FULL(TckEnvironment.defaults());

  private final TckEnvironment environment;

  Effort(TckEnvironment environment) {
    this.environment = environment;
  }

  TckEnvironment environment() {
    return environment;
  }
}

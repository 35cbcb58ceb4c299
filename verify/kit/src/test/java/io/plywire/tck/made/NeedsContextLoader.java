// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.made;

import io.plywire.tck.broken.BentProvider;
import java.util.Objects;

/** Looks for something of its own through the context class loader. */
public final class NeedsContextLoader extends BentProvider {
  /** Fails on threads that have no such loader. */
  public NeedsContextLoader() {
    Objects.requireNonNull(
        Thread.currentThread().getContextClassLoader(), "no context class loader");
  }
}

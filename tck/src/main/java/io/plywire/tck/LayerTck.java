// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck;

/**
 * The checks of a layer as tests of JUnit: those of every stream, and those that meddle with the
 * stream below.
 */
public abstract class LayerTck extends TransportTck {
  /** For subclasses. */
  protected LayerTck() {}

  @Override
  public abstract LayerSubject subject();
}

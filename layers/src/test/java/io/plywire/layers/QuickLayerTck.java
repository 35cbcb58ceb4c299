// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.tck.LayerSubject;
import io.plywire.tck.LayerTck;
import io.plywire.tck.TckEnvironment;

/** The rules for layers over one subject, with the effort for every build. */
public abstract class QuickLayerTck extends LayerTck {
  private final LayerSubject subject;

  public QuickLayerTck(LayerSubject subject) {
    this.subject = subject;
  }

  @Override
  public LayerSubject subject() {
    return subject;
  }

  @Override
  public TckEnvironment environment() {
    return TckEnvironment.quick();
  }
}

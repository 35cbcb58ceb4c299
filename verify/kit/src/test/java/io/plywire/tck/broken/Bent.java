// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.broken;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;

/** A stream that passes everything on; what is derived from it bends one thing. */
public class Bent extends ForwardingStream {
  protected final AsyncStream inner;

  protected Bent(AsyncStream inner) {
    super(inner);
    this.inner = inner;
  }

  @Override
  public String toString() {
    return "bent " + inner;
  }
}

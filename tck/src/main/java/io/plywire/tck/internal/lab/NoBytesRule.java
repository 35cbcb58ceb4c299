// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.internal.lab;

import io.plywire.tck.Rule;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operation without buffers moves nothing. */
record NoBytesRule(Scene scene, String rule, String operation) implements OperationRules {
  @Override
  public List<Rule> lookedAt(@Nullable IOException error, long bytes) {
    return List.of(Rule.of(rule));
  }

  @Override
  public void verify(@Nullable IOException error, long bytes) {
    scene.check(Rule.of(rule), bytes == 0, "%s reports %d bytes instead of 0", operation, bytes);
  }
}

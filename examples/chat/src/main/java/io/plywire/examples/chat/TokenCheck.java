// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides by their token whether clients may come in, in its own time. */
@FunctionalInterface
public interface TokenCheck {
  /**
   * Begins to look a token up, and returns without waiting.
   *
   * @param token what the client shows, or null if nothing
   * @param answer is told once, by any thread, whether the client may come in
   */
  void check(@Nullable String token, Consumer<Boolean> answer);
}

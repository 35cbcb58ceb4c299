// SPDX-License-Identifier: Apache-2.0
package io.plywire.fuzz;

import io.plywire.tests.random.RandomConversation;

/**
 * Two sides that talk: the input decides on messages, parts, cuts, pings, cancellations, faults and
 * the order of everything, where {@code RandomConversationTest} throws dice.
 */
public final class ConversationFuzz {
  private ConversationFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    RandomConversation.hold(new Choices(input), new long[4]);
  }
}

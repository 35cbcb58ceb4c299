// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

import io.plywire.websocket.PreparedMessage;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Those who hear each other. All get the same lines in the same order, from the one with which they
 * joined.
 */
final class Room {
  private final Set<Member> members = new LinkedHashSet<>(); // guarded by this room

  synchronized void enter(Member member) {
    members.add(member);
    tell("* " + member.guest().name() + " joined, " + members.size() + " here");
  }

  /** Returns whether nobody is left. */
  synchronized boolean leave(Member member) {
    if (members.remove(member)) {
      tell("* " + member.guest().name() + " left, " + members.size() + " here");
    }
    return members.isEmpty();
  }

  synchronized void say(Member member, String text) {
    if (members.contains(member)) {
      tell(member.guest().name() + ": " + text);
    }
  }

  /** However many there are, the line is encoded once. */
  private void tell(String line) {
    PreparedMessage message = PreparedMessage.text(line);
    members.forEach(member -> member.send(message));
  }
}

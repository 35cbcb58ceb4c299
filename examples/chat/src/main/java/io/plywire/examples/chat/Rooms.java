// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The rooms in which somebody is: the first member makes one, and it ends with the last. Any thread
 * may come.
 *
 * <p>The map lets one member at a time pass the door of a room, so none enters a room that has just
 * ended. It is held for a moment only: nothing that happens meanwhile waits or calls back, for to
 * send is to put into a queue.
 */
final class Rooms {
  private final ConcurrentHashMap<String, Room> rooms = new ConcurrentHashMap<>();

  /** Lets a member in. */
  void enter(Member member) {
    rooms.compute(
        member.guest().room(),
        (name, there) -> {
          Room room = there == null ? new Room() : there;
          room.enter(member);
          return room;
        });
  }

  /** Lets a member out; does nothing if it has left before. */
  void leave(Member member) {
    rooms.computeIfPresent(member.guest().room(), (name, room) -> room.leave(member) ? null : room);
  }

  /** Tells everybody in the room of a member what it says. */
  void say(Member member, String text) {
    Room room = rooms.get(member.guest().room());
    if (room != null) {
      room.say(member, text);
    }
  }

  /** Returns how many there are. */
  int size() {
    return rooms.size();
  }
}

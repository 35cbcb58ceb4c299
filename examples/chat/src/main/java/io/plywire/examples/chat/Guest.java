// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

/**
 * Who comes in where.
 *
 * @param room the name of the room
 * @param name what others call them; not proven, and not unique
 */
record Guest(String room, String name) {}

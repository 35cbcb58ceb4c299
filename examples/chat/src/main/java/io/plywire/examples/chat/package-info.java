// SPDX-License-Identifier: Apache-2.0

/**
 * A chat with rooms, as a program to copy from: one port for the page and the WebSockets.
 *
 * <p>{@link ChatServer} puts it together. {@code Entrance} decides who comes in, {@code Rooms} and
 * {@code Room} know who is where, and a {@code Member} is one WebSocket there. {@code ChatPage} is
 * what browsers get.
 *
 * <p>All messages are lines of text. Clients send what they say; they are sent {@code NAME: what
 * somebody says}, and what happens as {@code * NAME joined, 2 here}.
 */
@NullMarked
package io.plywire.examples.chat;

import org.jspecify.annotations.NullMarked;

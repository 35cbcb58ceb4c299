// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

/** Which side of a connection a stream plays, where the two sides differ in what they do. */
public enum Role {
  /** The side that opened the connection. */
  CLIENT,
  /** The side that accepted the connection. */
  SERVER
}

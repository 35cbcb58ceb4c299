// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

/** Which side of a connection a stream plays. It decides who masks and who closes first. */
public enum Role {
  /** The side that opened the connection. */
  CLIENT,
  /** The side that accepted the connection. */
  SERVER
}

// SPDX-License-Identifier: Apache-2.0

/** TCP and Unix-domain sockets on selector event loops, as a transport for plywire. */
module io.plywire.nio {
  requires transitive io.plywire;
}

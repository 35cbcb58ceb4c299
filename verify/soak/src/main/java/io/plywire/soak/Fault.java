// SPDX-License-Identifier: Apache-2.0
package io.plywire.soak;

import java.util.Random;

/** What is done to one connection. */
enum Fault {
  /** Nothing. */
  NONE(false, false),
  /** Bytes come and go in small pieces. */
  CUTS(false, false),
  /** Bytes are late, by tens of milliseconds. */
  DELAYS(false, false),
  /** Nothing passes for a moment, once; a teardown that drains for two seconds survives it. */
  PAUSE(false, false),
  /** One side of the conversation aborts. */
  ABORT(true, false),
  /** The connection is reset after some bytes. */
  RESET(true, false),
  /** The connection is reset for one side, and ends in order for the other. */
  HALF_RESET(true, false),
  /** The bytes end in order where they should not. */
  END(true, false),
  /** An operation of the transport fails. */
  FAILURE(true, false),
  /** After some bytes nothing passes any more, and nobody is told. */
  VANISH(true, true);

  private static final Fault[] ALL = values();

  /** Whether it may end a connection out of order. */
  final boolean breaks;

  /** Whether a deadline may be what ends it. */
  final boolean silent;

  Fault(boolean breaks, boolean silent) {
    this.breaks = breaks;
    this.silent = silent;
  }

  static Fault random(Random random) {
    return ALL[random.nextInt(ALL.length)];
  }
}

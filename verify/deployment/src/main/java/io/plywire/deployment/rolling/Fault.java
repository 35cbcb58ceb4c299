// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

/** What a server does wrong on purpose, so that the judge has something to find. */
enum Fault {
  NONE,
  /** It cuts its connections off in place of saying goodbye. */
  ABORTS,
  /** It acknowledges some messages that it has not stored. */
  FORGETS,
  /** It says goodbye to everybody at once. */
  ALL_AT_ONCE
}

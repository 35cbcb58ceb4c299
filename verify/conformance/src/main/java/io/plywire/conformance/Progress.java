// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance;

import io.plywire.conformance.suite.SuiteListener;

/** How far a run has come, for whoever wants to show it. Thread-safe. */
final class Progress implements SuiteListener {
  private final String name;
  private int cases;
  private int ended;
  private String current = "";

  /**
   * Makes one.
   *
   * @param name what to call the run
   */
  Progress(String name) {
    this.name = name;
  }

  @Override
  public synchronized void cases(int count) {
    cases = count;
  }

  @Override
  public synchronized void begun(String id) {
    current = id;
  }

  @Override
  public synchronized void ended(String id) {
    ended++;
  }

  /** Returns it in a few words, such as {@code server 12/301 at 1.2.4}. */
  @Override
  public synchronized String toString() {
    if (cases == 0) {
      return name + " starting";
    }
    return name + " " + ended + "/" + cases + (ended == cases ? "" : " at " + current);
  }
}

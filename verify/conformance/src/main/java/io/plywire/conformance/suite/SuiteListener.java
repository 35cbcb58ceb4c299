// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.suite;

/** Hears how a run goes on, on a thread of the suite's process. */
public interface SuiteListener {
  /**
   * Says how many cases there are.
   *
   * @param count at least one
   */
  void cases(int count);

  /**
   * Says that a case has begun.
   *
   * @param id such as {@code 6.4.1}
   */
  void begun(String id);

  /**
   * Says that a case is over.
   *
   * @param id such as {@code 6.4.1}
   */
  void ended(String id);
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

/** Thrown by an initiating call when an operation that excludes it is still outstanding. */
public class OperationPendingException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param pending names the operation that is outstanding
   */
  public OperationPendingException(String pending) {
    super(pending + " is still outstanding; start the next one when its handler runs");
  }
}

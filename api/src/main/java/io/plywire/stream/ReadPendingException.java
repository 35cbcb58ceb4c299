// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

/** Thrown by an initiating call when a read of the same stream is still outstanding. */
public final class ReadPendingException extends OperationPendingException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param pending names the operation that is outstanding
   */
  public ReadPendingException(String pending) {
    super(pending);
  }
}

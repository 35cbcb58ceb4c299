// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

/** The kinds of operation that an end of a pipe counts, logs and can be made to fail. */
public enum IoKind {
  /** {@link InMemoryStream#asyncReadSome}. */
  READ("asyncReadSome"),
  /** {@link InMemoryStream#asyncWait}. */
  WAIT("asyncWait"),
  /** {@link InMemoryStream#asyncWriteSome}. */
  WRITE("asyncWriteSome"),
  /** {@link InMemoryStream#asyncTeardown}. */
  TEARDOWN("asyncTeardown");

  private final String method;

  IoKind(String method) {
    this.method = method;
  }

  /** Returns the name of the initiating method. */
  public String method() {
    return method;
  }

  static IoKind ofMethod(String method) {
    for (IoKind kind : values()) {
      if (kind.method.equals(method)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(method);
  }

  boolean movesBytes() {
    return this == READ || this == WRITE;
  }
}

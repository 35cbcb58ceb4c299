// SPDX-License-Identifier: Apache-2.0
package io.plywire.stream;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** The styles in which an operation can be used, besides handing it a handler. */
public final class CompletionTokens {
  private CompletionTokens() {}

  /**
   * Makes the call return a future.
   *
   * <p>{@link CompletableFuture#cancel} cancels the operation ({@link CancellationType#TERMINAL}).
   * The future is done when the operation is, so its buffers are the caller's again from then on:
   * with {@link java.util.concurrent.CancellationException} if the request took effect, with the
   * result if the operation was faster. Dependent stages run where the operation completes.
   *
   * @param <T> the type of the result
   */
  public static <T> CompletionToken<T, CompletableFuture<T>, RuntimeException> useFuture() {
    return OperationFuture::new;
  }

  /**
   * Makes the call wait for the result, parking the calling thread; virtual threads are welcome. No
   * lock is held meanwhile. Interrupting the thread cancels the operation ({@link
   * CancellationType#TERMINAL}) and, when it has ended, throws {@link
   * java.io.InterruptedIOException} with the interrupt status set again.
   *
   * <p>The call throws {@link IllegalStateException}, and starts nothing, on the thread of the
   * stream's own executor: it would wait for itself.
   *
   * @param <T> the type of the result
   */
  public static <T> CompletionToken<T, T, IOException> useBlocking() {
    return BlockingCall::run;
  }

  /**
   * Makes the call return a value that starts the operation when asked, as often as asked.
   *
   * @param <T> the type of the result
   */
  public static <T> CompletionToken<T, Deferred<T>, RuntimeException> deferred() {
    return Deferred::new;
  }
}

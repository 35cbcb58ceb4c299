// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The same token for everybody. It answers as a database does: later, and by another thread. */
public final class SharedToken implements TokenCheck {
  private static final Executor LATER =
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

  private final byte[] secret;

  /**
   * Makes one.
   *
   * @param secret the token
   */
  public SharedToken(String secret) {
    this.secret = secret.getBytes(UTF_8);
  }

  @Override
  public void check(@Nullable String token, Consumer<Boolean> answer) {
    LATER.execute(() -> answer.accept(token != null && isSecret(token)));
  }

  /** Takes as long for a token that is nearly right as for any other. */
  private boolean isSecret(String token) {
    return MessageDigest.isEqual(token.getBytes(UTF_8), secret);
  }
}

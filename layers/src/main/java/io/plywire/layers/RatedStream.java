// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.ForwardingStream;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.WaitType;
import java.nio.ByteBuffer;
import java.util.Objects;

/** A stream whose bytes per second are bounded; see {@link RateLimit}. */
final class RatedStream extends ForwardingStream {
  private final RatePolicy policy;
  private final RatedRead read;
  private final RatedWrite write;
  private final RatedTeardown teardown;
  private final Runnable afterClose = this::afterClose;

  RatedStream(AsyncStream next, RatePolicy policy) {
    super(next);
    this.policy = policy;
    this.read = new RatedRead(this, policy.readBucket());
    this.write = new RatedWrite(this, policy.writeBucket());
    this.teardown = new RatedTeardown(this);
  }

  AsyncStream below() {
    return next();
  }

  RatedRead reads() {
    return read;
  }

  RatedWrite writes() {
    return write;
  }

  @Override
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only: " + target);
    }
    read.initiate("asyncReadSome", target, handler);
  }

  @Override
  public void asyncWriteSome(ByteBuffer[] sources, IoHandler handler) {
    Objects.requireNonNull(handler, "handler");
    for (ByteBuffer source : sources) {
      Objects.requireNonNull(source, "source");
    }
    write.initiate(sources, handler);
  }

  @Override
  public void asyncWait(WaitType type, IoHandler handler) {
    Objects.requireNonNull(type, "type");
    read.initiate("asyncWait", null, Objects.requireNonNull(handler, "handler"));
  }

  @Override
  public void asyncTeardown(Role role, IoHandler handler) {
    Objects.requireNonNull(role, "role");
    teardown.initiate(role, Objects.requireNonNull(handler, "handler"));
  }

  /** Ends what is under way below there, and what is delayed here. */
  @Override
  public void close() {
    super.close();
    executor().execute(afterClose);
  }

  private void afterClose() {
    read.closedWhileDelayed();
    write.closedWhileDelayed();
    teardown.closedWhileDelayed();
  }

  /** Names the rates and all layers below. */
  @Override
  public String toString() {
    return "rate[" + policy + "] over " + next();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.tls.internal.engine.ConnectionEngine;
import io.plywire.tls.internal.engine.EngineTraits;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** An engine of a context that remembers whether it was released. */
final class SweptEngine implements ConnectionEngine {
  private final ConnectionEngine engine;
  private final boolean direct;
  private boolean released;

  /**
   * Takes over an engine.
   *
   * @param direct whether its buffers are direct, so that the pool of the executor counts them;
   *     else they are what suits the engine
   */
  SweptEngine(ConnectionEngine engine, boolean direct) {
    this.engine = engine;
    this.direct = direct;
  }

  boolean isReleased() {
    return released;
  }

  @Override
  public SSLEngine engine() {
    return engine.engine();
  }

  @Override
  public EngineTraits traits() {
    EngineTraits own = engine.traits();
    return new EngineTraits(
        direct || own.directNetworkBuffers(),
        own.minWrapRoom(),
        own.maxWrapBytes(),
        own.plaintextSlack(),
        own.delegatesTasks());
  }

  @Override
  public @Nullable Executor taskExecutor() {
    return engine.taskExecutor();
  }

  @Override
  public void handshakeRecord(boolean outgoing, ByteBuffer record, int offset, int length)
      throws SSLException {
    engine.handshakeRecord(outgoing, record, offset, length);
  }

  @Override
  public TlsSession established() throws TlsException {
    return engine.established();
  }

  @Override
  public TlsException failure(Throwable thrown, boolean handshaking) {
    return engine.failure(thrown, handshaking);
  }

  @Override
  public void release() {
    released = true;
    engine.release();
  }
}

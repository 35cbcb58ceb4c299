// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.tls.internal.engine.EngineSession;
import io.plywire.tls.internal.engine.EngineTraits;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A session of a context that remembers whether it was released. */
final class SweptSession implements EngineSession {
  private final EngineSession session;
  private final boolean direct;
  private boolean released;

  /**
   * Takes over a session.
   *
   * @param direct whether its buffers are direct, so that the pool of the executor counts them;
   *     else they are what suits the engine
   */
  SweptSession(EngineSession session, boolean direct) {
    this.session = session;
    this.direct = direct;
  }

  boolean isReleased() {
    return released;
  }

  @Override
  public SSLEngine engine() {
    return session.engine();
  }

  @Override
  public EngineTraits traits() {
    EngineTraits own = session.traits();
    return new EngineTraits(
        direct || own.directNetworkBuffers(),
        own.minWrapRoom(),
        own.maxWrapBytes(),
        own.plaintextSlack(),
        own.delegatesTasks());
  }

  @Override
  public @Nullable Executor taskExecutor() {
    return session.taskExecutor();
  }

  @Override
  public void handshakeRecord(boolean outgoing, ByteBuffer record, int offset, int length)
      throws SSLException {
    session.handshakeRecord(outgoing, record, offset, length);
  }

  @Override
  public TlsSession established() throws TlsException {
    return session.established();
  }

  @Override
  public TlsException failure(Throwable thrown, boolean handshaking) {
    return session.failure(thrown, handshaking);
  }

  @Override
  public void release() {
    released = true;
    session.release();
  }
}

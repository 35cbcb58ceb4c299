// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsException;
import io.plywire.tls.TlsSession;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The engine of one connection, and everything that its kind and its configuration demand beyond
 * what {@link SSLEngine} says. The stream on top drives the engine and knows of no provider; this
 * knows of no stream. Used by one thread at a time.
 */
public interface ConnectionEngine {
  /** Returns the engine, ready for {@code beginHandshake}. */
  SSLEngine engine();

  /** Returns how engines of this kind behave. */
  EngineTraits traits();

  /** Returns who runs delegated tasks, or null to run them where the stream runs. */
  @Nullable Executor taskExecutor();

  /**
   * Takes note of a handshake record as it came or as it goes, before it is encrypted for the rest
   * of the handshake. What was agreed on, such as resumption and the group, stands only there.
   *
   * @param outgoing whether we sent it
   * @param record header and content
   * @param offset where it begins
   * @param length how long it is
   * @throws SSLException if the peer offers nothing that we accept; the engine must not see it then
   */
  void handshakeRecord(boolean outgoing, ByteBuffer record, int offset, int length)
      throws SSLException;

  /**
   * Checks what the engine left unchecked, once it says that the handshake is done: a certificate
   * that was required is there, a protocol was agreed on, the name fits.
   *
   * @return what was agreed on
   * @throws TlsException if the connection must not be used
   */
  TlsSession established() throws TlsException;

  /**
   * Says what an exception of the engine means.
   *
   * @param thrown by a call of the engine or one of its tasks
   * @param handshaking whether the handshake was not done yet
   */
  TlsException failure(Throwable thrown, boolean handshaking);

  /** Frees what the engine holds outside the heap. May be called again. */
  void release();
}

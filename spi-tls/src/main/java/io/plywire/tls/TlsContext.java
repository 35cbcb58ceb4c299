// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls;

import io.plywire.stream.Role;
import io.plywire.tls.internal.engine.ConnectionEngine;
import io.plywire.tls.internal.engine.EngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * A configuration at work: shared by all connections of one side, which also resume each other's
 * sessions. Made once, it can change its configuration while connections come and go.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class TlsContext {
  private record State(TlsConfig config, EngineFactory engines) {}

  /** What a client uses that says nothing; made when first needed. */
  private static final class Defaults {
    static final TlsContext CLIENT = of(TlsConfig.client());
  }

  private final Role role;
  private volatile State state;

  private TlsContext(TlsConfig config) {
    role = config.role();
    state = start(config);
  }

  /**
   * Makes a configuration work: finds the engine, sets it up, and checks that it can do what is
   * asked for.
   *
   * @param config for one side
   * @throws TlsConfigException if the engine is not available, or cannot do what is asked for
   */
  public static TlsContext of(TlsConfig config) {
    return new TlsContext(config);
  }

  /** Returns the context of clients that were given none. */
  static TlsContext clientDefaults() {
    return Defaults.CLIENT;
  }

  private static State start(TlsConfig config) {
    return new State(
        config, EngineFactory.of(config.engine().adapter(), config, config.material()));
  }

  /**
   * Changes the configuration, for example because certificates were renewed. Connections that come
   * from now on use it; those that are open stay as they are. Sessions from before are not resumed
   * any more. If the new configuration does not work, the old one stays.
   *
   * @param config for the same side, such as {@link #config} with another certificate; the engine
   *     may be another one
   * @throws TlsConfigException if it cannot be made to work, or is for the other side
   */
  public void reload(TlsConfig config) {
    if (config.role() != role) {
      throw new TlsConfigException(
          "a configuration of the side " + config.role() + " cannot replace one of " + role);
    }
    state = start(config);
  }

  /** Returns the configuration that new connections use. */
  public TlsConfig config() {
    return state.config();
  }

  /** Returns the side that this is for. */
  public Role role() {
    return role;
  }

  /**
   * Makes an engine for one connection.
   *
   * @param peerHost whom a client connects to, name or address; null for a server
   * @param peerPort its port; sessions are resumed with the same host and port only
   */
  ConnectionEngine newEngine(@Nullable String peerHost, int peerPort) {
    return state.engines().newEngine(peerHost, peerPort);
  }

  @Override
  public String toString() {
    return "TlsContext[" + state.config() + "]";
  }
}

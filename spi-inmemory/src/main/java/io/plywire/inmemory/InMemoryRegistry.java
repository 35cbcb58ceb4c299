// SPDX-License-Identifier: Apache-2.0
package io.plywire.inmemory;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.transport.Endpoint;
import java.io.IOException;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The names that {@link InMemoryTransport}s listen on: a network of its own. Transports meet when
 * they have the same one. A test that wants to be alone makes its own.
 *
 * <p>Thread safety: every method may be called by any thread.
 */
public final class InMemoryRegistry {
  private static final InMemoryRegistry SHARED = new InMemoryRegistry();
  private static final int MAX_PORT = 65535;

  /** Guards the names and the queues of all acceptors; no foreign code runs under it. */
  final ReentrantLock lock = new ReentrantLock();

  private final TreeMap<String, InMemoryAcceptor> acceptors = new TreeMap<>();

  /** Makes an empty registry. */
  public InMemoryRegistry() {}

  /** Returns the registry that all transports of this JVM have unless they were given another. */
  public static InMemoryRegistry shared() {
    return SHARED;
  }

  /** Returns the names that are listened on, with their port if they have one. */
  public Set<String> names() {
    lock.lock();
    try {
      return new TreeSet<>(acceptors.keySet());
    } finally {
      lock.unlock();
    }
  }

  /** Wants the lock held. */
  @Nullable InMemoryAcceptor find(Endpoint endpoint) {
    return acceptors.get(nameOf(endpoint));
  }

  /** Enters an acceptor under its name; wants the lock held. */
  void add(InMemoryAcceptor acceptor) throws IOException {
    Endpoint local = acceptor.localEndpoint();
    if (acceptors.putIfAbsent(nameOf(local), acceptor) != null) {
      throw new StreamException(
              StreamError.ADDRESS_IN_USE, "somebody listens on '" + nameOf(local) + "' already")
          .thrownHere();
    }
  }

  /** Wants the lock held. */
  void remove(InMemoryAcceptor acceptor) {
    acceptors.remove(nameOf(acceptor.localEndpoint()), acceptor);
  }

  /** Returns the endpoint with a free port if it asks for one; wants the lock held. */
  Endpoint withRealPort(Endpoint local) throws IOException {
    if (local.port() != 0) {
      return local;
    }
    for (int port = 1; port <= MAX_PORT; port++) {
      Endpoint candidate = local.withPort(port);
      if (!acceptors.containsKey(nameOf(candidate))) {
        return candidate;
      }
    }
    throw new StreamException(
            StreamError.ADDRESS_IN_USE, "no port of '" + local.address() + "' is free")
        .thrownHere();
  }

  static String nameOf(Endpoint endpoint) {
    return endpoint.port() < 0 ? endpoint.address() : endpoint.address() + ":" + endpoint.port();
  }

  @Override
  public String toString() {
    return "InMemoryRegistry" + names();
  }
}

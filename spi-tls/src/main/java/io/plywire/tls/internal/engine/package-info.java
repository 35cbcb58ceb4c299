// SPDX-License-Identifier: Apache-2.0

/**
 * The engines: how each is found, set up and guarded, and where they differ. Knows configuration,
 * certificates and providers; knows no stream, and of the bytes in transit only the handshake
 * messages in the clear.
 *
 * <p>Who is who, from an application's choice to one connection:
 *
 * <ul>
 *   <li>{@link io.plywire.tls.TlsEngine} is the choice; {@link EngineLookup} finds whether it is
 *       there.
 *   <li>{@link EngineAdapter} knows what is special about the engines of one provider; those of
 *       Conscrypt and BouncyCastle derive from the JDK's. {@link EngineTraits} is the part of that
 *       which the stream has to know.
 *   <li>{@link EngineFactory} is one configuration set up with one adapter, with one {@link
 *       javax.net.ssl.SSLContext} and its cache of sessions. {@code IdentityKeyManager} chooses
 *       certificates in it, and {@code Trust} says whom to trust. A {@link
 *       io.plywire.tls.TlsContext} holds one, and another one after a reload.
 *   <li>{@link ConnectionEngine} is the engine of one connection, and all that the stream sees of
 *       this package. {@code GuardedEngine} is the one there is: an {@link
 *       javax.net.ssl.SSLEngine}, with the checks that some engine leaves out. {@code
 *       HandshakeFacts} tells it what the peers said, and {@code Failures} what exceptions mean.
 * </ul>
 */
@NullMarked
package io.plywire.tls.internal.engine;

import org.jspecify.annotations.NullMarked;

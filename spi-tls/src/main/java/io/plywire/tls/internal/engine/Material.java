// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsIdentity;
import java.util.List;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Who one side is and whom it trusts.
 *
 * @param identities in order of preference
 * @param keyManager the caller's own, in place of identities, or null
 * @param trust null for what the JDK trusts
 */
public record Material(
    List<TlsIdentity> identities,
    @Nullable X509KeyManager keyManager,
    @Nullable X509TrustManager trust) {}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsIdentity;
import java.util.List;
import java.util.Map;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Who one side is and whom it trusts.
 *
 * @param identities in order of preference
 * @param named those for a name or pattern of names, in lower case
 * @param keyManager the caller's own, in place of identities, or null
 * @param trust null for what the JDK trusts
 */
public record Material(
    List<TlsIdentity> identities,
    Map<String, List<TlsIdentity>> named,
    @Nullable X509KeyManager keyManager,
    @Nullable X509TrustManager trust) {}

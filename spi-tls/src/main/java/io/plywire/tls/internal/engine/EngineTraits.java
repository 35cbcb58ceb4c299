// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

/**
 * How the engines of one kind behave where they differ and a stream has to know.
 *
 * @param directNetworkBuffers whether encrypted bytes are best kept in direct memory rather than on
 *     the heap
 * @param minWrapRoom the least room in the target with which {@code wrap} does not refuse a small
 *     record
 * @param maxWrapBytes the most that one {@code wrap} produces, whatever the session says
 * @param plaintextSlack by how much fewer bytes than its record a plaintext has at least, so that a
 *     target of {@code record - slack} bytes is large enough to decrypt into
 * @param delegatesTasks whether slow work is handed out as tasks, rather than done within the call
 */
public record EngineTraits(
    boolean directNetworkBuffers,
    int minWrapRoom,
    int maxWrapBytes,
    int plaintextSlack,
    boolean delegatesTasks) {}

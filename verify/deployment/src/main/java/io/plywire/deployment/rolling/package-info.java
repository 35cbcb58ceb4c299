// SPDX-License-Identifier: Apache-2.0
/**
 * Two servers behind HAProxy, restarted in turn while clients send. {@link
 * io.plywire.deployment.rolling.Rolling} is the run; {@link
 * io.plywire.deployment.rolling.StoringServer} is what a server does, {@link
 * io.plywire.deployment.rolling.Caller} a client. {@link io.plywire.deployment.rolling.Judge} knows
 * what may be, and nothing of how it came about.
 *
 * <p>The protocol: a client numbers its messages from 1 and sends them in their order, a few of
 * them ahead. The server stores each and then acknowledges it. When a connection ends, the client
 * connects again and sends what has no acknowledgment once more, since it cannot know whether that
 * was stored. So what is acknowledged is stored, what was sent once is stored once at most, and
 * what was sent again may be stored as many times as it was sent; a store that knows client and
 * number may drop the second.
 */
@NullMarked
package io.plywire.deployment.rolling;

import org.jspecify.annotations.NullMarked;

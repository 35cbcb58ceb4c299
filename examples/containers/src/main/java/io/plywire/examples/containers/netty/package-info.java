// SPDX-License-Identifier: Apache-2.0

/**
 * WebSockets on channels of Netty 4.2. {@link io.plywire.examples.containers.netty.NettyTakeover}
 * takes a channel from its HTTP handlers, and then {@code NettyStream} has it.
 */
@NullMarked
package io.plywire.examples.containers.netty;

import org.jspecify.annotations.NullMarked;

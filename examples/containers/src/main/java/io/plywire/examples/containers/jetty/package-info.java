// SPDX-License-Identifier: Apache-2.0

/**
 * WebSockets on connections of Jetty 12.1. {@link
 * io.plywire.examples.containers.jetty.JettyHandler} is for servers of handlers, {@link
 * io.plywire.examples.containers.jetty.JettyServlet} for servlets of its EE10 environment; both
 * answer with {@code JettyTakeover}, and then {@code JettyStream} has the end point.
 */
@NullMarked
package io.plywire.examples.containers.jetty;

import org.jspecify.annotations.NullMarked;

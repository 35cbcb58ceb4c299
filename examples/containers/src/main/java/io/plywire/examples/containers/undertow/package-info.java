// SPDX-License-Identifier: Apache-2.0

/**
 * WebSockets on connections of Undertow 2. {@link
 * io.plywire.examples.containers.undertow.UndertowHandler} agrees to requests, and then {@code
 * XnioStream} has the connection.
 */
@NullMarked
package io.plywire.examples.containers.undertow;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0

/** {@link java.net.http.WebSocket} and its {@link java.net.http.WebSocket.Builder} on plywire. */
@NullMarked
package io.plywire.adapters.jdk;

import org.jspecify.annotations.NullMarked;

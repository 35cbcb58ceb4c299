// SPDX-License-Identifier: Apache-2.0

/** Logs what goes over the wire, if somebody wants to know. */
@NullMarked
package io.plywire.websocket.internal.wire;

import org.jspecify.annotations.NullMarked;

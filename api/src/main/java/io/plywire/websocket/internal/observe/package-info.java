// SPDX-License-Identifier: Apache-2.0

/**
 * Who is told what happens: the observer of the options, and the JDK's Flight Recorder while it
 * records.
 */
@NullMarked
package io.plywire.websocket.internal.observe;

import org.jspecify.annotations.NullMarked;

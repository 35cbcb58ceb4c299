// SPDX-License-Identifier: Apache-2.0

/**
 * The engine for permessage-deflate with small windows.
 *
 * <p>Its compressors use jzlib, a rendering of zlib in Java, where the JDK's zlib cannot do what is
 * asked for, and the JDK's where it can.
 */
@NullMarked
package io.plywire.jzlib;

import org.jspecify.annotations.NullMarked;

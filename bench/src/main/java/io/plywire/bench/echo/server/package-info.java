// SPDX-License-Identifier: Apache-2.0

/**
 * The servers: each a small class that echoes binary messages as one writes it who knows the
 * library, on one thread where it lets one choose, and the floors that do less than any of them.
 *
 * <h2>To add a server</h2>
 *
 * <p><b>In Java:</b> a class with a static method that starts it on a free port of 127.0.0.1 and
 * returns an {@link io.plywire.bench.echo.server.EchoServer}, and a constant with that method in
 * {@link io.plywire.bench.echo.server.ServerKind}, whose name in lower case is the server's. Its
 * library goes into the module's {@code pom.xml}. Compression is off, TCP_NODELAY on, messages up
 * to {@code MAX_MESSAGE_BYTES} are echoed, and none is cut into frames. {@code EchoServersTest}
 * finds it by itself.
 *
 * <p><b>In another language:</b> an executable {@code bench/servers/NAME}, usually a script that
 * becomes the server with {@code exec} ({@code bench/servers/beast} compiles first), and a constant
 * {@code NAME} in {@code ServerKind} with the engine that it has for TLS, if any. It
 *
 * <ul>
 *   <li>writes the line {@code PORT n} when it listens on a free port of 127.0.0.1,
 *   <li>answers the line {@code MEMORY} on its input with {@code {"heap":n,"direct":n}}, after
 *       giving back what it can; both are 0 if it has no heap of its own,
 *   <li>ends when its input does,
 *   <li>with the argument {@code tls} first reads a certificate and its key, as PEM, up to an empty
 *       line, and then speaks TLS 1.3 with AES-128-GCM only,
 *   <li>with the argument {@code --version} makes itself ready, writes what it is made of, and ends
 *       with 0; with 3 if something is not installed, having told what on standard error.
 * </ul>
 */
@NullMarked
package io.plywire.bench.echo.server;

import org.jspecify.annotations.NullMarked;

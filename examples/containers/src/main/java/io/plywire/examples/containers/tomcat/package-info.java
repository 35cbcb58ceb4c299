// SPDX-License-Identifier: Apache-2.0

/**
 * WebSockets on connections of Tomcat 10.1 and later. {@link
 * io.plywire.examples.containers.tomcat.TomcatServlet} agrees to requests, {@code TomcatUpgrade} is
 * the {@link jakarta.servlet.http.HttpUpgradeHandler} that Tomcat gives the connection to, and then
 * {@code TomcatStream} has it.
 */
@NullMarked
package io.plywire.examples.containers.tomcat;

import org.jspecify.annotations.NullMarked;

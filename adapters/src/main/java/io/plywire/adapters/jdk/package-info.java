// SPDX-License-Identifier: Apache-2.0

/**
 * {@link java.net.http.WebSocket} and its {@link java.net.http.WebSocket.Builder} on plywire, for
 * programs that are written to the JDK's client: {@link io.plywire.adapters.jdk.JdkWebSockets}
 * makes builders, and the rest stays as it is. One suite, a test for each sentence of the
 * documentation, passes for the JDK's implementation and for this one.
 *
 * <p>What differs from the JDK's implementation:
 *
 * <ul>
 *   <li>A stage of {@code onText}, {@code onBinary}, {@code onPing} or {@code onPong} that
 *       completes exceptionally is an error, as documented; the JDK's implementation does not look
 *       at it. One of {@code onClose} that does, or an {@code onClose} that throws, ends the
 *       connection.
 *   <li>After an error in the listener the connection is broken off; the peer gets no close frame.
 *   <li>Errors are the {@link java.io.IOException}s of plywire, with their conditions; none is a
 *       {@link java.net.ConnectException} or a {@link java.net.ProtocolException}. A failed
 *       handshake is a {@link java.net.http.WebSocketHandshakeException} whose cause tells more.
 *   <li>The response of a failed handshake has its body as a text, and no TLS session; its request
 *       has the method and the URI alone.
 *   <li>Nothing of an {@link java.net.http.HttpClient} is used: proxies, TLS, redirects, cookies
 *       and authentication are those of the {@link io.plywire.websocket.WebSocketClient}. So are
 *       limits, timeouts and compression; with its keep-alive pings on, the listener hears of their
 *       pongs.
 *   <li>A handshake on which the server hangs up is not tried again.
 *   <li>URIs may be of any scheme that plywire serves.
 *   <li>{@code sendClose} refuses the codes that the protocol has given to nobody: 1004, 1005, and
 *       1016 to 2999. The headers of the handshake cannot be set, whatever {@code
 *       jdk.httpclient.allowRestrictedHeaders} says.
 *   <li>A text is encoded, and the part of a message copied, in memory; parts that are received
 *       have 16 KiB at most.
 *   <li>Cancelling the future of {@code buildAsync} ends the connect.
 * </ul>
 */
@NullMarked
package io.plywire.adapters.jdk;

import org.jspecify.annotations.NullMarked;

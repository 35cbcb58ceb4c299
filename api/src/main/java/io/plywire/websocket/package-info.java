// SPDX-License-Identifier: Apache-2.0

/**
 * What applications use: WebSockets, as client and as server.
 *
 * <table class="striped">
 * <caption>Where to start</caption>
 * <thead>
 * <tr><th scope="col">to</th><th scope="col">take</th></tr>
 * </thead>
 * <tbody>
 * <tr><th scope="row">connect</th><td>{@link io.plywire.websocket.WebSocketClient}</td></tr>
 * <tr><th scope="row">serve</th><td>{@link io.plywire.websocket.WebSocketServer}, with {@link
 * io.plywire.websocket.UpgradeRequest}</td></tr>
 * <tr><th scope="row">read and write</th><td>{@link io.plywire.websocket.WebSocketStream}; on a thread
 * that may block {@link io.plywire.websocket.BlockingWebSocket}; with {@link
 * io.plywire.websocket.Message} and {@link io.plywire.websocket.MessageKind}</td></tr>
 * <tr><th scope="row">choose a style</th><td>{@link io.plywire.stream.Handler}, {@link
 * io.plywire.stream.IoHandler}, or {@link io.plywire.stream.CompletionToken}: {@code useFuture()},
 * {@code useBlocking()}</td></tr>
 * <tr><th scope="row">close, and learn how it ended</th><td>{@link
 * io.plywire.websocket.CloseReason}, {@link io.plywire.websocket.CloseCode}, {@link
 * io.plywire.websocket.CloseOutcome}</td></tr>
 * <tr><th scope="row">tell errors apart</th><td>{@link io.plywire.stream.ErrorCondition} first; then
 * {@link io.plywire.websocket.WebSocketException} with its {@link
 * io.plywire.websocket.WebSocketError}, and {@link io.plywire.stream.StreamException} with its {@link
 * io.plywire.stream.StreamError}</td></tr>
 * <tr><th scope="row">set limits, deadlines, sub-protocols, compression</th><td>{@link
 * io.plywire.websocket.WebSocketOptions}, {@link io.plywire.websocket.Timeouts}, {@link
 * io.plywire.websocket.OriginPolicy}, {@link io.plywire.websocket.deflate.DeflateOptions}</td></tr>
 * <tr><th scope="row">set what is below: addresses, sockets, TLS</th><td>{@link
 * io.plywire.transport.TransportOptions} by the {@code with} method of a builder</td></tr>
 * <tr><th scope="row">send from many threads, or to many peers</th><td>{@link
 * io.plywire.websocket.SendQueue} with its {@link io.plywire.websocket.OverflowPolicy}, {@link
 * io.plywire.websocket.PreparedMessage}</td></tr>
 * <tr><th scope="row">connect again when the connection is lost</th><td>{@link
 * io.plywire.websocket.reconnect.Reconnector}</td></tr>
 * <tr><th scope="row">read and write without garbage</th><td>{@link
 * io.plywire.websocket.MessageBuffer}</td></tr>
 * <tr><th scope="row">cancel one operation</th><td>{@link
 * io.plywire.stream.CancellationSignal}</td></tr>
 * </tbody>
 * </table>
 *
 * <p>The parts that speak RFC 6455 and RFC 7692 bit by bit, and the operations composed of them,
 * are internal.
 */
@NullMarked
package io.plywire.websocket;

import org.jspecify.annotations.NullMarked;

// SPDX-License-Identifier: Apache-2.0

/**
 * Messages as {@link java.util.concurrent.Flow}: {@link io.plywire.adapters.flow.MessagePublisher}
 * for those received, {@link io.plywire.adapters.flow.MessageSubscriber} for those to be sent, both
 * with the back-pressure of the connection. Libraries of reactive streams wrap both without more
 * ado, such as {@code JdkFlowAdapter} of Reactor and {@code FlowAdapters} of Reactive Streams.
 *
 * <p>
 *
 * {@snippet :
 * WebSocketStream ws = WebSocketClient.create().asyncConnect(uri, useFuture()).join();
 * new MessagePublisher(ws).subscribe(incoming);
 * outgoing.subscribe(new MessageSubscriber(ws));
 * }
 */
@NullMarked
package io.plywire.adapters.flow;

import org.jspecify.annotations.NullMarked;

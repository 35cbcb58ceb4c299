// SPDX-License-Identifier: Apache-2.0

/**
 * The operations of a WebSocket stream: what is composed of many reads and writes of the next
 * layer, the turns they take, and their deadlines.
 *
 * <p>A {@link Connection} is what is inside of one stream. The public stream calls in from any
 * thread; all that follows happens on the executor of the next layer, one task at a time, so
 * nothing here is locked. The connection holds what the operations share:
 *
 * <pre>
 *   Settings       what the application may change at any time
 *   Lifecycle      where the connection stands, how it ended, and who is told how
 *   Turn           who may write to the next layer, and who comes next
 *   Inbound        what was received and not used yet
 *   Liveness       the deadlines, and the one timer that watches them
 *   Compression    what permessage-deflate needs, if that was agreed on; of it what is lent by the
 *                  executor's DeflatePool, and the shared CompressedForms of a PreparedFrame
 *   Operations     the operations, each made when it is needed first
 * </pre>
 *
 * <p>Each operation is one object that is used again and again, and makes no garbage. It is a
 * {@link Machine}, which makes one step after the other and waits in between, and if the
 * application asks for it a {@link CallOp}, which also knows the way of a call from claim to
 * handler, and its cancellation. An operation's class has an enum of its steps and a switch that
 * calls a method for each; a step is named for what it is about to do, or has just got.
 *
 * <pre>
 *   Machine
 *   ├── AutoPongOp, KeepAliveOp, CloseReplyOp   with ControlSender
 *   └── CallOp
 *       ├── PingPongOp, CloseOp                 with ControlSender
 *       ├── WriteOp                             with Sources, OutgoingMessage, OutFrame
 *       │                                       and DeflatedFrames
 *       ├── ReadOp                              with ReadTarget, IncomingFrame, IncomingControl
 *       │                                       and CompressedPayload
 *       └── OpeningOp
 *           ├── HandshakeOp
 *           └── AcceptOp
 * </pre>
 *
 * <p>One machine never makes a step of another: it sets a field, and has the other one resumed by a
 * task of its own. Whoever writes holds the turn, from the first byte of a frame to its last at
 * least.
 *
 * <p>Not here: the bits of frames, masks, UTF-8 and the texts of the handshake, which are {@link
 * io.plywire.websocket.internal.protocol}'s and know nothing of executors and handlers; and
 * selectors, sockets and TLS, which are the next layer's. Start with {@link Machine}, then {@link
 * PingPongOp}, which is the smallest that does everything.
 *
 * <p>The tests need a next layer and so are not in this module but in {@code verify/stream-tests},
 * by subject: {@code write} (with {@code TurnOrderTest}, {@code StackDepthTest} and {@code
 * NoGarbageTest}), {@code read}, {@code control}, {@code close}, {@code liveness}, {@code
 * handshake}, {@code deflate}; {@code faults} fails every operation of the next layer in turn.
 * Races of several threads are in {@code verify/jcstress}.
 */
@NullMarked
package io.plywire.websocket.internal.op;

import org.jspecify.annotations.NullMarked;

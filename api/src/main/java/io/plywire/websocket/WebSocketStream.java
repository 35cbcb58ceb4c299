// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.CompletionToken;
import io.plywire.stream.Handler;
import io.plywire.stream.Initiation;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.op.Connection;
import io.plywire.websocket.internal.op.Settings;
import io.plywire.websocket.internal.protocol.FrameHeader;
import io.plywire.websocket.internal.protocol.Utf8;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket on top of any stream of bytes.
 *
 * <p>Three rules. Whoever knows them knows most of this class:
 *
 * <ol>
 *   <li><b>One write at a time, and one read.</b> The next one starts when the handler of the last
 *       one runs; starting it earlier throws. A ping, a pong and a close may run beside them.
 *   <li><b>Nothing happens unless a read is outstanding.</b> Reading is what answers pings, notices
 *       the peer's close and keeps the clocks of liveness going.
 *   <li><b>Hands off the buffers until completion.</b> They belong to the operation; afterwards
 *       their positions tell what was moved. Their content is never changed by a write.
 * </ol>
 *
 * <p>Lifecycle: one object serves one connection.
 *
 * <pre>
 *   new → asyncHandshake | asyncAccept → (read | write | ping | pong)* → asyncClose | close | abort
 * </pre>
 *
 * <p>One that is made of an {@link Upgraded} connection is open from the beginning.
 *
 * <p>Operations complete through a handler, or in the style of a {@link CompletionToken}. The
 * initiating call returns at once and may come from any thread. The handler runs exactly once, on
 * the stream's {@linkplain #executor() executor} unless it brings its own, and never inside the
 * initiating call unless it has an {@linkplain io.plywire.stream.Associated#immediateExecutor()
 * immediate executor}.
 *
 * <p>The first failure ends the connection: the layer below is closed, and the operation that met
 * the failure is told. However a connection ends, all others that are pending then end with {@link
 * io.plywire.stream.StreamError#ABORTED}, and those that come later with {@link
 * WebSocketError#CLOSED} and the {@linkplain WebSocketException#outcome() outcome}; a read that
 * waits for the peer's close ends with that, too. So {@link
 * io.plywire.stream.ErrorCondition#CLOSED} always means that it is over.
 *
 * <p>Thread safety: all methods may be called by any thread. Settings apply to the next message.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455">RFC 6455, The WebSocket Protocol</a>
 */
public final class WebSocketStream implements Closeable {
  private final Connection connection;
  private final Settings settings;
  private volatile @Nullable MessageBuffer unfinished; // of a read of a message that was cancelled

  /**
   * Makes a stream with default options, not open yet.
   *
   * @param next the connected layer below; owned by the new stream
   */
  public WebSocketStream(AsyncStream next) {
    this(next, WebSocketOptions.defaults());
  }

  /**
   * Makes a stream, not open yet.
   *
   * @param next the connected layer below; owned by the new stream
   * @param options how to behave
   */
  public WebSocketStream(AsyncStream next, WebSocketOptions options) {
    this.connection =
        new Connection(
            this, Objects.requireNonNull(next, "next"), Objects.requireNonNull(options, "options"));
    this.settings = connection.settings();
  }

  /**
   * Makes a stream that is open already, since somebody else has upgraded the connection. The
   * clocks of liveness begin now.
   *
   * <p>Each side may do with less than was agreed on for its own compressor: if the options say so,
   * it has a smaller window or forgets it after each message.
   *
   * @param next the layer below, with the handshake behind it; owned by the new stream
   * @param options how to behave; what they say of handshakes has no meaning
   * @param by what was agreed on
   * @throws IllegalArgumentException if permessage-deflate was agreed on and the options have none,
   *     or their engine cannot keep to it
   */
  public WebSocketStream(AsyncStream next, WebSocketOptions options, Upgraded by) {
    this(next, options);
    options.requireFeasible(by.role());
    connection.upgraded(
        by.role(),
        by.subprotocol(),
        by.deflate() == null ? null : options.keeping(by.deflate(), by.role()),
        by.received());
  }

  // ---- the opening handshake

  /**
   * Opens the WebSocket as a client.
   *
   * <p>Completes when the server has agreed, with its response. Bytes that follow the response are
   * kept for reading.
   *
   * @param host the value of the {@code Host} field, with the port unless it is the scheme's own;
   *     as {@link Endpoint#hostField()} has it. A zone is left out
   * @param target path and query to ask for, such as {@code /chat}; what is outside ASCII is
   *     percent-encoded, as {@link Endpoint#encodeTarget} does
   * @param handler gets the response. Errors: {@link WebSocketError#UPGRADE_DECLINED} and other
   *     failures of the handshake, with the whole {@linkplain WebSocketException#response()
   *     response} where there is one; those of the layer below. Every failure is final. {@link
   *     io.plywire.stream.CancellationType#TERMINAL} ends the handshake and closes the layer below.
   * @throws IllegalArgumentException if host or target cannot stand in a request, or the deflate
   *     engine cannot do what the options ask of this side
   * @throws IllegalStateException if this stream has served a connection before
   * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.1">RFC 6455 section 4.1</a>
   */
  public void asyncHandshake(String host, String target, Handler<UpgradeResponse> handler) {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(target, "target");
    connection.options().requireFeasible(Role.CLIENT);
    connection.handshake(host, Endpoint.encodeTarget(target), requireHandler(handler));
  }

  /**
   * Opens the WebSocket as a client, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param host the value of the {@code Host} field
   * @param target path and query to ask for
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncHandshake(
      String host, String target, CompletionToken<UpgradeResponse, R, X> token) throws X {
    return token.initiate(
        Initiation.of(executor(), handler -> asyncHandshake(host, target, handler)));
  }

  /**
   * Opens the WebSocket as a server: reads the client's request and answers it.
   *
   * @param handler gets the request once the answer is sent. A request that is no proper upgrade is
   *     answered with the fitting status, the layer below says goodbye, and the handler gets the
   *     error; {@link WebSocketError#CLOSED} means that the client left without a word. {@link
   *     io.plywire.stream.CancellationType#TERMINAL} ends it and closes the layer below.
   * @throws IllegalStateException if this stream has served a connection before
   * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2">RFC 6455 section 4.2</a>
   */
  public void asyncAccept(Handler<UpgradeRequest> handler) {
    connection.options().requireFeasible(Role.SERVER);
    connection.accept(null, null, null, requireHandler(handler));
  }

  /**
   * Opens the WebSocket as a server, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncAccept(CompletionToken<UpgradeRequest, R, X> token)
      throws X {
    return token.initiate(Initiation.of(executor(), this::asyncAccept));
  }

  /**
   * Opens the WebSocket as a server, and lets the application decide whether and how.
   *
   * <p>Reads a request, hands it to the decider, and sends the answer that comes of it, whenever
   * that is. Requests that ask for no WebSocket can be {@linkplain Opening#reply answered}, too;
   * then the next one is read, up to a hundred of them.
   *
   * @param decider decides about each request; see {@link RequestHandler}
   * @param handler gets the request once it was agreed to and that is sent. Errors: {@link
   *     WebSocketError#REQUEST_REFUSED} after a refusal by the decider; {@link
   *     WebSocketError#CLOSED} if the client has left, before, while or after it was answered
   *     something else; {@link io.plywire.stream.StreamError#TIMEOUT} if there was no decision
   *     within the {@linkplain Timeouts#handshake() time} for the handshake, in which case the
   *     client is answered with 503; others as in {@link #asyncAccept(Handler)}. {@link
   *     io.plywire.stream.CancellationType#TERMINAL} ends it and closes the layer below.
   * @throws IllegalStateException if this stream has served a connection before
   */
  public void asyncAccept(RequestHandler decider, Handler<UpgradeRequest> handler) {
    Objects.requireNonNull(decider, "decider");
    connection.options().requireFeasible(Role.SERVER);
    connection.accept(
        null,
        null,
        decision -> decider.requested(new Opening(decision, connection.next())),
        requireHandler(handler));
  }

  /**
   * Opens the WebSocket as a server, and lets the application decide, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param decider decides about each request
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncAccept(
      RequestHandler decider, CompletionToken<UpgradeRequest, R, X> token) throws X {
    return token.initiate(Initiation.of(executor(), handler -> asyncAccept(decider, handler)));
  }

  /**
   * Opens the WebSocket as a server, with bytes that were received already.
   *
   * @param received the beginning of what the client sent, of any length, from position to limit;
   *     copied within the call
   * @param handler as in {@link #asyncAccept(Handler)}
   * @throws IllegalStateException if this stream has served a connection before
   */
  public void asyncAccept(ByteBuffer received, Handler<UpgradeRequest> handler) {
    Objects.requireNonNull(received, "received");
    connection.options().requireFeasible(Role.SERVER);
    connection.accept(null, received, null, requireHandler(handler));
  }

  /**
   * Opens the WebSocket as a server, with bytes that were received already, in the style of the
   * token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param received the beginning of what the client sent
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncAccept(
      ByteBuffer received, CompletionToken<UpgradeRequest, R, X> token) throws X {
    return token.initiate(Initiation.of(executor(), handler -> asyncAccept(received, handler)));
  }

  /**
   * Opens the WebSocket as a server for a request that an HTTP server has parsed: only answers it.
   *
   * @param request the request
   * @param received what the client sent behind it, from position to limit; copied within the call
   * @param handler as in {@link #asyncAccept(Handler)}
   * @throws IllegalStateException if this stream has served a connection before
   */
  public void asyncAccept(
      UpgradeRequest request, ByteBuffer received, Handler<UpgradeRequest> handler) {
    Objects.requireNonNull(request, "request");
    Objects.requireNonNull(received, "received");
    connection.options().requireFeasible(Role.SERVER);
    connection.accept(request, received, null, requireHandler(handler));
  }

  /**
   * Opens the WebSocket as a server for a request that an HTTP server has parsed, in the style of
   * the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param request the request
   * @param received what the client sent behind it
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncAccept(
      UpgradeRequest request, ByteBuffer received, CompletionToken<UpgradeRequest, R, X> token)
      throws X {
    return token.initiate(
        Initiation.of(executor(), handler -> asyncAccept(request, received, handler)));
  }

  // ---- writing

  /**
   * Writes a part of a message. The contract of all writing; to take for messages that come in
   * parts, or from several buffers.
   *
   * <p>Completes when exactly complete frames are with the next layer that hold all bytes of the
   * buffers. The first part of a message decides its kind, the {@linkplain #writeKind(MessageKind)
   * set one}, and how it is cut into frames; an empty last part ends it. What a compressor took
   * counts as written, though some of it may stay there until a later part, unless parts are
   * {@linkplain #flushParts(boolean) flushed}; a compressed part in a single frame, with {@link
   * #autoFragment(boolean)} off, is held in memory as a whole. Frames that fit the {@linkplain
   * #writeBufferBytes() write buffer} take one write of the next layer each. Between frames, pings,
   * pongs and a close may go out.
   *
   * @param fin whether this is the last part of its message
   * @param sources what to write, in this order; belongs to the operation until completion
   * @param handler gets the number of bytes of the buffers that were sent, and the positions tell
   *     the same; with an error they are less than the sum. {@link
   *     WebSocketError#BAD_OUTGOING_TEXT} and an error that came before the first frame leave the
   *     stream as it was. Cancellation: while it waits for its turn every type ends it without
   *     effect; between two frames {@link io.plywire.stream.CancellationType#PARTIAL} ends it and
   *     leaves the message {@linkplain #sentMessageOpen() in progress}, to be continued by the next
   *     write; inside a frame only {@link io.plywire.stream.CancellationType#TERMINAL} works, and
   *     the stream can only be closed.
   * @throws io.plywire.stream.WritePendingException if a write is outstanding
   * @throws IllegalArgumentException if a buffer stands twice in the array
   * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.4">RFC 6455 section 5.4</a>
   */
  public void asyncWriteSome(boolean fin, ByteBuffer[] sources, IoHandler handler) {
    connection.write(fin, sources, requireHandler(handler));
  }

  /**
   * Writes a part of a message, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param fin whether this is the last part of its message
   * @param sources what to write
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncWriteSome(
      boolean fin, ByteBuffer[] sources, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(
        Initiation.counting(executor(), handler -> asyncWriteSome(fin, sources, handler)));
  }

  /**
   * Writes a part of a message from one buffer.
   *
   * @param fin whether this is the last part of its message
   * @param source what to write
   * @param handler as in {@link #asyncWriteSome(boolean, ByteBuffer[], IoHandler)}
   * @throws io.plywire.stream.WritePendingException if a write is outstanding
   */
  public void asyncWriteSome(boolean fin, ByteBuffer source, IoHandler handler) {
    Objects.requireNonNull(source, "source");
    connection.write(fin, source, requireHandler(handler));
  }

  /**
   * Writes a part of a message from one buffer, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param fin whether this is the last part of its message
   * @param source what to write
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncWriteSome(
      boolean fin, ByteBuffer source, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(
        Initiation.counting(executor(), handler -> asyncWriteSome(fin, source, handler)));
  }

  /**
   * Writes a text message. To take when the text is a {@code String} anyway.
   *
   * @param text what to write; encoded within the call
   * @param handler gets the number of bytes sent, in UTF-8; {@link WebSocketError#MESSAGE_OPEN}
   *     while a message is {@linkplain #sentMessageOpen() begun and not ended}; for other errors
   *     and cancellation see {@link #asyncWriteSome(boolean, ByteBuffer[], IoHandler)}
   * @throws io.plywire.stream.WritePendingException if a write is outstanding
   * @throws IllegalArgumentException if the text has a surrogate without its partner
   */
  public void asyncWrite(String text, IoHandler handler) {
    writeEncoded(Utf8.encode(text), requireHandler(handler));
  }

  /** Writes a text message that is known to be UTF-8. */
  void writeEncoded(ByteBuffer text, IoHandler handler) {
    connection.writeText(text, handler);
  }

  /**
   * Writes a text message, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param text what to write
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncWrite(String text, CompletionToken<Long, R, X> token)
      throws X {
    return token.initiate(Initiation.counting(executor(), handler -> asyncWrite(text, handler)));
  }

  /**
   * Writes a message from a buffer. To take for bytes of any origin; makes no garbage.
   *
   * @param kind text or binary
   * @param payload what to write, from position to limit; belongs to the operation until completion
   * @param handler gets the number of bytes sent; {@link WebSocketError#MESSAGE_OPEN} while a
   *     message is {@linkplain #sentMessageOpen() begun and not ended}; for other errors and
   *     cancellation see {@link #asyncWriteSome(boolean, ByteBuffer[], IoHandler)}
   * @throws io.plywire.stream.WritePendingException if a write is outstanding
   */
  public void asyncWrite(MessageKind kind, ByteBuffer payload, IoHandler handler) {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(payload, "payload");
    connection.write(kind, payload, requireHandler(handler));
  }

  /**
   * Writes a message from a buffer, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param kind text or binary
   * @param payload what to write
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncWrite(
      MessageKind kind, ByteBuffer payload, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(
        Initiation.counting(executor(), handler -> asyncWrite(kind, payload, handler)));
  }

  /**
   * Writes a message as it was received. To take for an echo, or to pass a message on.
   *
   * @param message what to write; the position of its payload stays
   * @param handler gets the number of bytes sent; {@link WebSocketError#MESSAGE_OPEN} while a
   *     message is {@linkplain #sentMessageOpen() begun and not ended}; for other errors and
   *     cancellation see {@link #asyncWriteSome(boolean, ByteBuffer[], IoHandler)}
   * @throws io.plywire.stream.WritePendingException if a write is outstanding
   */
  public void asyncWrite(Message message, IoHandler handler) {
    asyncWrite(message.kind(), message.payload().duplicate(), handler);
  }

  /**
   * Writes a message as it was received, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param message what to write
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncWrite(Message message, CompletionToken<Long, R, X> token)
      throws X {
    return token.initiate(Initiation.counting(executor(), handler -> asyncWrite(message, handler)));
  }

  /**
   * Writes what a {@link MessageBuffer} holds, without making a view of it. To take with {@link
   * #asyncRead(MessageBuffer, IoHandler)}, for an echo or a relay that makes no garbage and, on a
   * server, copies no long message. The buffer belongs to the write until its handler runs; {@link
   * MessageBuffer#clear} it then. If the write fails, how much it still holds is not defined.
   *
   * @param kind text or binary; as in {@link #asyncWrite(MessageKind, ByteBuffer, IoHandler)}
   * @param message what to write
   * @param handler gets the number of bytes sent; {@link WebSocketError#MESSAGE_OPEN} while a
   *     message is {@linkplain #sentMessageOpen() begun and not ended}; for other errors and
   *     cancellation see {@link #asyncWriteSome(boolean, ByteBuffer[], IoHandler)}
   * @throws io.plywire.stream.WritePendingException if a write is outstanding
   */
  public void asyncWrite(MessageKind kind, MessageBuffer message, IoHandler handler) {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(message, "message");
    connection.write(kind, message.memory, requireHandler(handler));
  }

  /**
   * Writes what a {@link MessageBuffer} holds, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param kind text or binary
   * @param message what to write
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncWrite(
      MessageKind kind, MessageBuffer message, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(
        Initiation.counting(executor(), handler -> asyncWrite(kind, message, handler)));
  }

  /**
   * Writes a prepared message. To take for a broadcast: it is checked and framed once for all its
   * receivers, and a server stream sends the prepared memory itself, in one frame; compressed once
   * for all, too, if that was agreed on.
   *
   * @param message what to write
   * @param handler gets the number of bytes sent; {@link WebSocketError#MESSAGE_OPEN} while a
   *     message is {@linkplain #sentMessageOpen() begun and not ended}; for other errors and
   *     cancellation see {@link #asyncWriteSome(boolean, ByteBuffer[], IoHandler)}
   * @throws io.plywire.stream.WritePendingException if a write is outstanding
   */
  public void asyncWrite(PreparedMessage message, IoHandler handler) {
    connection.write(message.frame(), requireHandler(handler));
  }

  /**
   * Writes a prepared message, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param message what to write
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncWrite(
      PreparedMessage message, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(Initiation.counting(executor(), handler -> asyncWrite(message, handler)));
  }

  // ---- reading

  /**
   * Reads some bytes of a message. To take for messages that are worked on while they arrive.
   *
   * <p>Completes when at least one byte is there, or the end of the message: {@link
   * #receivedMessageDone()} tells. No bytes without an error means that the message ended, which an
   * empty one does at once. In the meantime it answers pings and hears of pongs.
   *
   * @param target where the bytes go; belongs to the operation until completion
   * @param handler gets the number of bytes. Errors: {@link WebSocketError#CLOSED} with the
   *     {@linkplain WebSocketException#outcome() outcome} when the peer, or this side, has closed;
   *     violations and limits, of which the peer was told by a close frame; those of the layer
   *     below. Cancellation: any type ends a read that has not got anything yet and leaves the
   *     stream as it was, unless the next layer is just filling the target itself, which it does
   *     for large direct ones: then only {@link io.plywire.stream.CancellationType#TERMINAL} works
   *     and the stream can only be closed.
   * @throws io.plywire.stream.ReadPendingException if a read is outstanding
   * @throws IllegalArgumentException if the target is read-only
   */
  public void asyncReadSome(ByteBuffer target, IoHandler handler) {
    requireWritable(target);
    requireHandler(handler);
    forgetUnfinished();
    connection.read(false, target, handler);
  }

  /**
   * Reads some bytes of a message, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param target where the bytes go
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncReadSome(
      ByteBuffer target, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(
        Initiation.counting(executor(), handler -> asyncReadSome(target, handler)));
  }

  /**
   * Reads a whole message, or the rest of one, into a buffer. To take where the longest message is
   * known.
   *
   * @param target where the bytes go; a message that does not fit fails with {@link
   *     WebSocketError#BUFFER_OVERFLOW}
   * @param handler as in {@link #asyncReadSome(ByteBuffer, IoHandler)}; when a part of the message
   *     was read, {@link io.plywire.stream.CancellationType#PARTIAL} ends it, and the next read
   *     goes on there
   * @throws io.plywire.stream.ReadPendingException if a read is outstanding
   * @throws IllegalArgumentException if the target is read-only
   */
  public void asyncRead(ByteBuffer target, IoHandler handler) {
    requireWritable(target);
    requireHandler(handler);
    forgetUnfinished();
    connection.read(true, target, handler);
  }

  /**
   * Reads a whole message, or the rest of one, into a buffer, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param target where the bytes go
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncRead(ByteBuffer target, CompletionToken<Long, R, X> token)
      throws X {
    return token.initiate(Initiation.counting(executor(), handler -> asyncRead(target, handler)));
  }

  /**
   * Reads a whole message, or the rest of one, into memory that grows with it. To take on servers
   * with many connections: a {@linkplain MessageBuffer#borrowing borrowing} buffer owns no memory
   * while nothing comes.
   *
   * @param target the message is added to what it holds; belongs to the operation until completion
   * @param handler as in {@link #asyncRead(ByteBuffer, IoHandler)}
   * @throws io.plywire.stream.ReadPendingException if a read is outstanding
   */
  public void asyncRead(MessageBuffer target, IoHandler handler) {
    Objects.requireNonNull(target, "target");
    requireHandler(handler);
    forgetUnfinished();
    connection.read(target.memory, handler);
  }

  /**
   * Reads a whole message into memory that grows with it, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param target the message is added to what it holds
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncRead(
      MessageBuffer target, CompletionToken<Long, R, X> token) throws X {
    return token.initiate(Initiation.counting(executor(), handler -> asyncRead(target, handler)));
  }

  /**
   * Reads a whole message, or the rest of one, into new memory. The simplest way to read; the
   * others make no garbage.
   *
   * @param handler gets the message. When it is cancelled within a message, the next read of this
   *     kind brings the message from its beginning, so nothing is lost; a read of another kind in
   *     between brings the rest, and the beginning is forgotten
   * @throws io.plywire.stream.ReadPendingException if a read is outstanding
   */
  public void asyncRead(Handler<Message> handler) {
    requireHandler(handler);
    MessageBuffer begun = unfinished;
    MessageBuffer memory = begun == null ? new MessageBuffer(0) : begun;
    connection.readMessage(
        memory.memory,
        IoHandler.with(
            handler,
            (error, bytes) -> {
              // What a cancelled read has got of a message is the beginning of the next one's.
              unfinished =
                  error != null && memory.size() > 0 && closeOutcome() == null ? memory : null;
              handler.completed(
                  error, error == null ? new Message(receivedKind(), memory.data()) : null);
            }));
  }

  /**
   * Reads a whole message into new memory, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncRead(CompletionToken<Message, R, X> token) throws X {
    return token.initiate(Initiation.of(executor(), this::asyncRead));
  }

  /** What is read now is not what a cancelled read of a message has left for the next one. */
  private void forgetUnfinished() {
    if (unfinished != null) {
      unfinished = null;
    }
  }

  /** Returns whether the last read reached the end of its message; true before any read. */
  public boolean receivedMessageDone() {
    return connection.messageDone();
  }

  /** Returns the kind of the message last read, or being read; text before any read. */
  public MessageKind receivedKind() {
    return connection.receivedKind();
  }

  // ---- control frames

  /**
   * Sends a ping. Completes when it is with the next layer; the {@linkplain #controlCallback
   * callback} hears of the answer.
   *
   * @param payload at most 125 bytes, from position to limit; its position stays
   * @param handler while the ping waits for its turn, any cancellation type ends it without effect
   * @throws IllegalArgumentException if the payload is too long
   * @throws io.plywire.stream.OperationPendingException if a ping is outstanding
   * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.5.2">RFC 6455 section 5.5.2</a>
   */
  public void asyncPing(ByteBuffer payload, Handler<Void> handler) {
    requireControlPayload(payload);
    connection.ping(payload, requireHandler(handler));
  }

  /**
   * Sends a ping, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param payload at most 125 bytes
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncPing(ByteBuffer payload, CompletionToken<Void, R, X> token)
      throws X {
    return token.initiate(Initiation.of(executor(), handler -> asyncPing(payload, handler)));
  }

  /**
   * Sends a pong that nobody asked for, as a one-way sign of life. Pings are answered without it.
   *
   * @param payload at most 125 bytes, from position to limit; its position stays
   * @param handler while the pong waits for its turn, any cancellation type ends it without effect
   * @throws IllegalArgumentException if the payload is too long
   * @throws io.plywire.stream.OperationPendingException if a pong is outstanding
   * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.5.3">RFC 6455 section 5.5.3</a>
   */
  public void asyncPong(ByteBuffer payload, Handler<Void> handler) {
    requireControlPayload(payload);
    connection.pong(payload, requireHandler(handler));
  }

  /**
   * Sends a pong that nobody asked for, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param payload at most 125 bytes
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncPong(ByteBuffer payload, CompletionToken<Void, R, X> token)
      throws X {
    return token.initiate(Initiation.of(executor(), handler -> asyncPong(payload, handler)));
  }

  /**
   * Sets who hears of control frames; replaces the one before.
   *
   * @param callback or null for nobody
   */
  public void controlCallback(@Nullable ControlCallback callback) {
    settings.controlCallback = callback;
  }

  // ---- the closing handshake

  /**
   * Closes the WebSocket: sends a close frame, waits for the peer's, and lets the layer below say
   * goodbye.
   *
   * <p>The close frame goes out at the next frame boundary of a write that is under way, whose rest
   * is not sent. A read that is outstanding, or started meanwhile, keeps getting data until the
   * peer's close frame and then ends with {@link WebSocketError#CLOSED}; without one, data is
   * dropped. On a connection that has ended already it completes at once.
   *
   * @param reason what to tell the peer
   * @param handler gets the outcome. Errors: {@link io.plywire.stream.StreamError#TIMEOUT} if the
   *     peer does not answer in time and no read is there to be told, {@link
   *     io.plywire.stream.StreamError#EOF} and the like if it vanishes. In any case the connection
   *     has ended then. Cancellation: while it waits for its turn any type ends it without effect;
   *     later {@link io.plywire.stream.CancellationType#TERMINAL} ends the connection at once.
   * @throws io.plywire.stream.OperationPendingException if a close is outstanding
   * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-7.1.2">RFC 6455 section 7.1.2</a>
   */
  public void asyncClose(CloseReason reason, Handler<CloseOutcome> handler) {
    Objects.requireNonNull(reason, "reason");
    connection.close(reason, requireHandler(handler));
  }

  /**
   * Closes the WebSocket, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param reason what to tell the peer
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncClose(
      CloseReason reason, CompletionToken<CloseOutcome, R, X> token) throws X {
    return token.initiate(Initiation.of(executor(), handler -> asyncClose(reason, handler)));
  }

  /**
   * Closes the output alone: sends a close frame, and leaves the rest to who reads. To take where
   * the peer may still have much to say; {@link #asyncClose} does all of it.
   *
   * <p>Completes when the close frame is with the next layer. It goes out at the next frame
   * boundary of a write that is under way, whose rest is not sent; nothing can be written any more.
   * What the peer sends is read as ever, if it is asked for, and nothing of it is dropped. The read
   * that meets the peer's close frame ends with {@link WebSocketError#CLOSED} once the layer below
   * has said goodbye. The deadline of the {@linkplain Timeouts closing handshake} is over all that.
   * An {@link #asyncClose} may follow, if the rest is of no interest.
   *
   * @param reason what to tell the peer
   * @param handler gets no result. Errors: {@link WebSocketError#CLOSED} if a close frame has been
   *     sent before, those of the layer below. Cancellation: while it waits for its turn any type
   *     ends it without effect, later none has one
   * @throws io.plywire.stream.OperationPendingException if a close is outstanding
   */
  public void asyncCloseOutput(CloseReason reason, Handler<Void> handler) {
    Objects.requireNonNull(reason, "reason");
    connection.closeOutput(reason, requireHandler(handler));
  }

  /**
   * Closes the output alone, in the style of the token.
   *
   * @param <R> what the style returns
   * @param <X> what the style throws
   * @param reason what to tell the peer
   * @param token the style
   * @throws X as the style demands
   */
  public <R, X extends Exception> R asyncCloseOutput(
      CloseReason reason, CompletionToken<Void, R, X> token) throws X {
    return token.initiate(Initiation.of(executor(), handler -> asyncCloseOutput(reason, handler)));
  }

  /**
   * Closes the WebSocket in good order, without waiting for it: begins what {@link #asyncClose}
   * does with {@link CloseReason#NORMAL}, and returns. The deadline of the {@linkplain Timeouts
   * closing handshake} bounds it; {@link #closeOutcome()} tells how it went. So the end of a {@code
   * try} block lets the peer see a normal end.
   *
   * <p>Idempotent, from any thread. Does nothing if the connection has ended; a close that is under
   * way goes on, and if it is cancelled, this one takes its place; before the opening handshake has
   * succeeded it is {@link #abort()}. {@link BlockingWebSocket#close()} waits.
   */
  @Override
  public void close() {
    close(CloseReason.NORMAL);
  }

  /** Closes without waiting, whatever becomes of a close that is outstanding. */
  void close(CloseReason reason) {
    connection.close(reason);
  }

  /** Returns what is inside. */
  Connection connection() {
    return connection;
  }

  /** Lets no write stall for longer than closing may take. */
  void limitStall() {
    connection.limitStall();
  }

  /** Logs what code of the application has thrown, and ends the connection. */
  void handlerThrew(Object whose, Throwable thrown) {
    connection.handlerThrew(whose, thrown);
  }

  /**
   * Ends the connection at once, without a close frame and without waiting: the peer sees {@link
   * CloseCode#ABNORMAL_CLOSURE}. Pending operations end with {@link
   * io.plywire.stream.StreamError#ABORTED}. Idempotent, from any thread; harmless after {@link
   * #asyncClose}.
   */
  public void abort() {
    connection.abort();
  }

  /** Returns how the connection ended, or null if it has not. */
  public @Nullable CloseOutcome closeOutcome() {
    return connection.endOutcome();
  }

  // ---- settings and state; the options have the first values of those that stand in both

  /**
   * Sets the kind of the next message that {@link #asyncWriteSome(boolean, ByteBuffer[], IoHandler)
   * asyncWriteSome} begins. Default: text. Whole messages bring their kind along.
   *
   * @param kind text or binary
   */
  public void writeKind(MessageKind kind) {
    settings.writeKind = Objects.requireNonNull(kind, "kind");
  }

  /** Returns the kind of the next message that is written in parts. */
  public MessageKind writeKind() {
    return settings.writeKind;
  }

  /**
   * Sets whether the next message may be cut into frames of the write buffer's size.
   *
   * @param on false for one frame for each part, however long
   */
  public void autoFragment(boolean on) {
    settings.autoFragment = on;
  }

  /** Returns whether the next message may be cut into frames. */
  public boolean autoFragment() {
    return settings.autoFragment;
  }

  /**
   * Sets the size of the write buffer for the next message.
   *
   * @param bytes at least {@value WebSocketOptions#MIN_WRITE_BUFFER_BYTES}
   * @throws IllegalArgumentException if less
   */
  public void writeBufferBytes(int bytes) {
    WebSocketOptions.requireWriteBuffer(bytes);
    settings.writeBufferBytes = bytes;
  }

  /** Returns the size of the write buffer, in bytes. */
  public int writeBufferBytes() {
    return connection.writeBufferBytes();
  }

  /**
   * Sets whether the next message is compressed, if {@linkplain #deflate() compression was agreed
   * on} and the message is not below the {@linkplain DeflateOptions#threshold() threshold}.
   * Default: true.
   *
   * @param on false for a message that is compressed already, such as a picture
   */
  public void compress(boolean on) {
    settings.compress = on;
  }

  /** Returns whether the next message is compressed if compression was agreed on. */
  public boolean compress() {
    return settings.compress;
  }

  /**
   * Sets whether the end of each part of a compressed message is flushed: the peer can then read
   * all that was written, at the price of a few bytes for each part. Without it the compressor may
   * hold a part back until more is written. Applies to the next write. Default: false.
   *
   * @param on true for a message whose parts matter by themselves, such as a log
   */
  public void flushParts(boolean on) {
    settings.flushParts = on;
  }

  /** Returns whether the parts of compressed messages are flushed. */
  public boolean flushParts() {
    return settings.flushParts;
  }

  /**
   * Sets whether the peer's close frame is answered by itself, as soon as it is read. Default:
   * true. Otherwise the {@linkplain #controlCallback callback} hears of it, the read stays
   * outstanding, and the application answers when it likes, by {@link #asyncClose}, {@link #close}
   * or {@link #asyncCloseOutput}; until then it may write, and {@link #isOpen()} is true.
   *
   * @param on false for an application that has something to say after the peer's last word
   */
  public void answerClose(boolean on) {
    settings.answerClose = on;
  }

  /** Returns whether the peer's close frame is answered by itself. */
  public boolean answerClose() {
    return settings.answerClose;
  }

  /** Returns what was agreed on for permessage-deflate, or null if messages go as they are. */
  public @Nullable DeflateParameters deflate() {
    return connection.deflate();
  }

  /**
   * Sets the limit for messages received from now on.
   *
   * @param bytes 0 for no limit
   * @throws IllegalArgumentException if negative
   */
  public void readMessageMax(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("message limit " + bytes + " is negative");
    }
    settings.readMessageMax = bytes;
  }

  /** Returns the limit for received messages, in bytes; 0 for none. */
  public long readMessageMax() {
    return settings.readMessageMax;
  }

  /** Returns whether a message that this side sends was begun, and its last part not written. */
  public boolean sentMessageOpen() {
    return connection.messageInProgress();
  }

  /** Returns whether the opening handshake has succeeded and no closing one has begun. */
  public boolean isOpen() {
    return connection.isOpen();
  }

  /** Returns what the application has left here, or {@link Acceptance} has; null if nothing. */
  public @Nullable Object attachment() {
    return connection.attachment();
  }

  /**
   * Keeps something for the application, such as who the user of this connection is.
   *
   * @param object whatever {@link #attachment()} shall return
   */
  public void attach(@Nullable Object object) {
    connection.attach(object);
  }

  /** Returns the role, which the opening handshake decides; client before. */
  public Role role() {
    return connection.role();
  }

  /** Returns the sub-protocol that was agreed on, or null. */
  public @Nullable String subprotocol() {
    return connection.subprotocol();
  }

  /** Returns a view of this stream for threads that may block. */
  public BlockingWebSocket blocking() {
    return new BlockingWebSocket(this);
  }

  /** Returns the executor on which the operations of this stream run: the next layer's. */
  public StreamExecutor executor() {
    return connection.next().executor();
  }

  /** Returns the layer below. Using it while this stream has operations pending breaks both. */
  public AsyncStream nextLayer() {
    return connection.next();
  }

  /** Describes role, state and all layers, for logs. */
  @Override
  public String toString() {
    return connection.toString();
  }

  private static <H> H requireHandler(H handler) {
    return Objects.requireNonNull(handler, "handler");
  }

  private static void requireWritable(ByteBuffer target) {
    if (target.isReadOnly()) {
      throw new IllegalArgumentException("the target is read-only");
    }
  }

  private static void requireControlPayload(ByteBuffer payload) {
    if (payload.remaining() > FrameHeader.MAX_CONTROL_PAYLOAD) {
      throw new IllegalArgumentException(
          "control payload of "
              + payload.remaining()
              + " bytes exceeds limit "
              + FrameHeader.MAX_CONTROL_PAYLOAD);
    }
  }
}

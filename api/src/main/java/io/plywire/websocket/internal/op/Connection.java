// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.stream.OperationException;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseOutcome.TransportEnd;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.deflate.DeflateOptions;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.FrameEncoder;
import io.plywire.websocket.internal.protocol.MessageDeflater;
import io.plywire.websocket.internal.protocol.MessageInflater;
import io.plywire.websocket.internal.protocol.Opcode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket connection: its operations and what they share.
 *
 * <pre>
 *   NEW → HANDSHAKE → OPEN → CLOSING → CLOSED
 *     └────────┴───────┴────────┴────→ FAILED
 * </pre>
 *
 * <p>The public stream checks arguments and calls in here from any thread; everything else happens
 * on the executor of the next layer. Operations never call each other's code: they share this
 * state, the {@link Turn} to write, and resume each other through the executor.
 */
public final class Connection {
  private enum Status {
    NEW,
    HANDSHAKE,
    OPEN,
    CLOSING,
    CLOSED,
    FAILED
  }

  final AsyncStream next;
  final StreamExecutor executor;
  final WebSocketOptions options;
  final Settings settings;
  final Turn turn = new Turn();
  final Inbound inbound;
  final Liveness liveness;

  final Operations operations = new Operations(this);
  private boolean openingBegun; // guarded by this
  private volatile @Nullable OpeningOp<?> opening; // while it is under way

  // From here on: the executor's.
  private volatile Status status = Status.NEW; // others may look
  private volatile Role role = Role.CLIENT;
  private volatile @Nullable String subprotocol;
  private volatile @Nullable DeflateParameters deflate;
  FrameEncoder encoder = FrameEncoder.of(Role.CLIENT); // the role's

  // What compresses and decompresses; null unless it was agreed on and the connection is alive.
  @Nullable MessageDeflater deflater;
  @Nullable MessageInflater inflater;

  // The end.
  boolean closeSent;
  private @Nullable Ending ending; // made when it begins

  /**
   * Makes a connection that is not open yet.
   *
   * @param next the layer below, owned by the connection from now on
   * @param options how to behave
   */
  public Connection(AsyncStream next, WebSocketOptions options) {
    this.next = next;
    this.executor = next.executor();
    this.options = options;
    this.inbound = new Inbound(executor);
    this.liveness = new Liveness(this);
    this.settings = new Settings(options);
  }

  // ---- calls, from any thread; arguments have been checked

  /** Starts the client's opening handshake. */
  public void handshake(String host, String target, Handler<UpgradeResponse> handler) {
    HandshakeOp op = new HandshakeOp(this, host, target, handler);
    beginOpening(op);
    op.initiate(handler);
  }

  /**
   * Starts the server's opening handshake.
   *
   * @param request one that was read already, or null to read it
   * @param received bytes that were read already; copied here
   */
  public void accept(
      @Nullable UpgradeRequest request,
      @Nullable ByteBuffer received,
      Handler<UpgradeRequest> handler) {
    AcceptOp op = new AcceptOp(this, request, received, handler);
    beginOpening(op);
    op.initiate(handler);
  }

  /** Starts to write a part of a message. */
  public void write(boolean fin, ByteBuffer[] sources, IoHandler handler) {
    operations.write().start(fin, opcode(settings.writeKind), sources, handler);
  }

  /** Starts to write a part of a message. */
  public void write(boolean fin, ByteBuffer source, IoHandler handler) {
    operations.write().start(fin, opcode(settings.writeKind), source, handler);
  }

  /**
   * Starts to write a message, or the last part of one.
   *
   * @param headroom how many bytes before the position of the source may be written over
   */
  public void write(MessageKind kind, ByteBuffer source, int headroom, IoHandler handler) {
    operations.write().start(opcode(kind), source, headroom, handler);
  }

  /** Starts to write a whole message of a kind, whatever kind is set. */
  public void write(MessageKind kind, ByteBuffer source, IoHandler handler) {
    operations.write().start(true, opcode(kind), source, handler);
  }

  private static int opcode(MessageKind kind) {
    return kind == MessageKind.TEXT ? Opcode.TEXT : Opcode.BINARY;
  }

  /** Starts to write a prepared message. */
  public void write(PreparedFrame prepared, IoHandler handler) {
    operations.write().start(prepared, handler);
  }

  /** Starts to read into a buffer: a whole message or some of one. */
  public void read(boolean whole, ByteBuffer target, IoHandler handler) {
    operations.reader.start(whole, target, null, handler);
  }

  /** Starts to read a whole message into memory that grows. */
  public void read(MessageBuffer growing, IoHandler handler) {
    operations.reader.start(true, null, growing, handler);
  }

  /** Starts to read a whole message into memory that may hold its beginning, and nothing else. */
  public void readMessage(MessageBuffer begun, IoHandler handler) {
    operations.reader.startMessage(begun, handler);
  }

  /** Starts to send a ping. */
  public void ping(ByteBuffer payload, Handler<Void> handler) {
    operations.ping().start(payload, handler);
  }

  /** Starts to send a pong. */
  public void pong(ByteBuffer payload, Handler<Void> handler) {
    operations.pong().start(payload, handler);
  }

  /** Starts to close. */
  public void close(CloseReason reason, Handler<CloseOutcome> handler) {
    operations.close().start(reason, handler);
  }

  /** Ends everything without a goodbye. */
  public void abort() {
    next.close(); // at once, whichever thread this is
    executor.dispatch(() -> fail(closedHere(), operations.writeIfAny()));
  }

  private static StreamException closedHere() {
    return new StreamException(StreamError.ABORTED, "the WebSocket was closed here");
  }

  private Role peer() {
    return role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
  }

  private Ending ending() {
    if (ending == null) {
      ending = new Ending();
    }
    return ending;
  }

  /** Tells whether an operation came to the next layer right after {@link #abort} did. */
  private static boolean wasClosedHere(IOException cause) {
    return cause instanceof StreamException known && known.error() == StreamError.CLOSED;
  }

  /** Returns the layer below. */
  public AsyncStream next() {
    return next;
  }

  /** Returns how the connection behaves. */
  public WebSocketOptions options() {
    return options;
  }

  /** Returns what the application may change. */
  public Settings settings() {
    return settings;
  }

  /** Returns what was agreed on for permessage-deflate, or null. */
  public @Nullable DeflateParameters deflate() {
    return deflate;
  }

  /** Returns whether messages can be exchanged. */
  public boolean isOpen() {
    return status == Status.OPEN;
  }

  /** Returns the role, which the opening handshake decides. */
  public Role role() {
    return role;
  }

  /** Returns the sub-protocol that was agreed on, or null. */
  public @Nullable String subprotocol() {
    return subprotocol;
  }

  /** Returns whether a message was begun and its last part not written. */
  public boolean messageInProgress() {
    WriteOp write = operations.writeIfAny();
    return write != null && write.isMessageInProgress();
  }

  /** Returns whether the last read reached the end of its message. */
  public boolean messageDone() {
    return operations.reader.lastDone();
  }

  /** Returns the kind of the message last read. */
  public MessageKind receivedKind() {
    return operations.reader.lastBinary() ? MessageKind.BINARY : MessageKind.TEXT;
  }

  /** Returns how the connection ended, or null if it has not. */
  public @Nullable CloseOutcome endOutcome() {
    return hasEnded() ? outcome() : null;
  }

  // ---- the opening

  private void beginOpening(OpeningOp<?> op) {
    synchronized (this) { // once in a lifetime, and nothing is called inside
      if (openingBegun) {
        throw new IllegalStateException(
            "one stream serves one connection; make a new one for another handshake");
      }
      openingBegun = true;
      opening = op;
    }
  }

  /** The handshake has ended, and with it the use of all that it has read. */
  void openingEnded() {
    opening = null;
  }

  /** The handshake begins; returns false if the connection has ended before. */
  boolean openingStarted(Role as) {
    role = as;
    encoder = FrameEncoder.of(as);
    liveness.configure(options.timeouts(as));
    if (status != Status.NEW) {
      return false;
    }
    status = Status.HANDSHAKE;
    liveness.handshakeStarted();
    return true;
  }

  /** The handshake succeeded. */
  void opened(@Nullable String agreedSubprotocol, @Nullable DeflateParameters agreedDeflate) {
    subprotocol = agreedSubprotocol;
    deflate = agreedDeflate;
    DeflateOptions deflateOptions = options.deflate();
    if (agreedDeflate != null && deflateOptions != null) {
      deflater = new MessageDeflater(deflateOptions, agreedDeflate, role);
      inflater = new MessageInflater(deflateOptions.engine(), agreedDeflate, peer());
    }
    status = Status.OPEN;
    liveness.handshakeEnded();
    operations.reader.opened(role);
  }

  boolean isEstablished() {
    return status == Status.OPEN || status == Status.CLOSING;
  }

  // ---- writing

  /**
   * Gives bytes to the next layer for a machine that holds the turn; some of them will have gone
   * when it goes on, and {@link #written} must follow.
   */
  Machine.Next write(ByteBuffer[] bytes, Machine writer) {
    assert turn.isHeldBy(writer) : writer + " writes while the turn is " + turn;
    liveness.writing(writer.call());
    next.asyncWriteSome(bytes, writer);
    return Machine.Next.SUSPENDED;
  }

  /** Takes note of the next layer's answer to a {@link #write}. */
  void written(Machine writer) {
    assert turn.isHeldBy(writer) : writer + " has written while the turn is " + turn;
    liveness.wrote();
    if (writer.ioError == null && writer.ioBytes == 0) {
      throw new IllegalStateException(
          "the next layer took nothing: it breaks its contract, or a buffer was changed");
    }
  }

  // ---- the end

  boolean hasEnded() {
    return status == Status.CLOSED || status == Status.FAILED;
  }

  boolean isClosed() {
    return status == Status.CLOSED;
  }

  /** From now on no new message begins. */
  void beginClosing() {
    if (hasEnded()) {
      return; // and no deadline begins any more
    }
    if (status == Status.OPEN) {
      status = Status.CLOSING;
    }
    liveness.closingStarted();
  }

  /** Our close frame is out. */
  void closeFrameSent(CloseReason reason) {
    closeSent = true;
    ending().sent(role, reason);
  }

  /** The peer's close frame is in. */
  void closeFrameReceived(CloseReason reason) {
    ending().received(peer(), reason);
    beginClosing();
  }

  /** The closing handshake is done, and so is the goodbye of the layer below. */
  void closed(@Nullable IOException teardownError) {
    if (hasEnded()) {
      return;
    }
    ending()
        .transportEnded(
            teardownError == null ? TransportEnd.GRACEFUL : transportEnd(teardownError));
    status = Status.CLOSED;
    next.close(); // which it is, but for a layer whose teardown failed badly
    endAll();
  }

  /** Ends a connection that nobody has opened yet. */
  void abandon() {
    if (status == Status.NEW) {
      status = Status.CLOSED;
      next.close();
      endAll();
    } else {
      fail(
          new StreamException(StreamError.ABORTED, "closed during the opening handshake"), opening);
    }
  }

  /**
   * Ends the connection because of a failure. The layer below is closed, which ends what is pending
   * there; one operation is told the failure and all others that they were aborted.
   *
   * @param cause the failure
   * @param culprit who is told; if it is null, or serves no call, one of those that wait is
   */
  void fail(IOException cause, @Nullable CallOp culprit) {
    if (hasEnded()) {
      return;
    }
    ending()
        .failed(
            wasClosedHere(cause) ? closedHere() : cause,
            culprit == null || !culprit.isRunning() ? firstWaiting() : culprit);
    ending().transportEnded(transportEnd(cause));
    status = Status.FAILED;
    next.close();
    endAll();
  }

  /** A deadline passed. */
  void timeout(String message, @Nullable CallOp culprit) {
    fail(new StreamException(StreamError.TIMEOUT, message), culprit);
  }

  private @Nullable CallOp firstWaiting() {
    OpeningOp<?> first = opening;
    return first != null && first.isRunning() ? first : operations.firstRunning();
  }

  private static TransportEnd transportEnd(IOException cause) {
    return cause instanceof OperationException known
            && known.condition() == ErrorCondition.CONNECTION_LOST
        ? TransportEnd.BROKEN_OFF
        : TransportEnd.CLOSED_HERE;
  }

  private void endAll() {
    liveness.stop();
    if (deflater != null) {
      deflater.release();
      deflater = null;
    }
    if (inflater != null) {
      inflater.release();
      inflater = null;
    }
    operations.ended();
  }

  /** Makes the error of an operation that cannot go on, because the connection is not open. */
  @SuppressWarnings("ReferenceEquality") // the very same operation
  IOException notOpen(CallOp op) {
    switch (status) {
      case NEW -> {
        return aborted(op, "the WebSocket has not been opened yet", null);
      }
      case HANDSHAKE -> {
        return aborted(op, "the opening handshake has not succeeded yet", null);
      }
      case OPEN, CLOSING -> {
        return aborted(op, "the WebSocket is closing", null);
      }
      case CLOSED -> {
        return aborted(op, "the WebSocket is " + outcome(), null);
      }
      case FAILED -> {
        IOException cause = Objects.requireNonNull(ending().failure());
        return ending().tells(op)
            ? cause
            : aborted(op, "the WebSocket has failed: " + cause.getMessage(), cause);
      }
    }
    throw new AssertionError(status);
  }

  private static StreamException aborted(CallOp op, String why, @Nullable IOException cause) {
    return new StreamException(StreamError.ABORTED, op + " aborted: " + why, cause);
  }

  /** Returns how the connection ended. */
  CloseOutcome outcome() {
    Ending known = ending; // any thread may ask, so nothing is made here for later
    return (known == null ? new Ending() : known).outcome();
  }

  @Override
  public String toString() {
    return "WebSocketStream[" + status + " as " + role + ", turn " + turn + "] over " + next;
  }
}

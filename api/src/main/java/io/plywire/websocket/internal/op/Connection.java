// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.AsyncStream;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamExecutor;
import io.plywire.websocket.CloseOutcome;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageKind;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketOptions;
import io.plywire.websocket.WebSocketStream;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.observe.Observers;
import io.plywire.websocket.internal.protocol.FrameEncoder;
import io.plywire.websocket.internal.protocol.Opcode;
import io.plywire.websocket.internal.wire.WireLog;
import io.plywire.websocket.observe.WebSocketObserver;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is inside of one WebSocket stream: its operations and what they share.
 *
 * <p>The public stream checks arguments and calls in here from any thread; everything else happens
 * on the executor of the next layer. An operation may ask another one for something, such as to
 * read on or to answer a ping; the other one notes that, and makes its steps in a task of its own.
 */
public final class Connection {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);
  private static final AtomicReferenceFieldUpdater<Connection, Companion> COMPANION =
      AtomicReferenceFieldUpdater.newUpdater(Connection.class, Companion.class, "companion");

  final AsyncStream next; // or the log before it
  final StreamExecutor executor;
  final WebSocketOptions options;
  final Settings settings;
  final Turn turn = new Turn();
  final Inbound inbound;
  final Liveness liveness;
  final Lifecycle lifecycle = new Lifecycle(this);
  final Operations operations = new Operations(this);

  // What the opening decides; written on the executor.
  private volatile Role role = Role.CLIENT;
  private volatile @Nullable String subprotocol;
  private volatile @Nullable Compression compression;

  private volatile @Nullable Companion companion;

  private final WebSocketStream face;
  private @Nullable Observation observation; // made when there is somebody to tell

  /**
   * Makes a connection that is not open yet.
   *
   * @param face whom the application knows
   * @param next the layer below, owned by the connection from now on
   * @param options how to behave
   */
  public Connection(WebSocketStream face, AsyncStream next, WebSocketOptions options) {
    this.face = face;
    this.next = WireLog.over(next);
    this.executor = next.executor();
    this.options = options;
    this.inbound = new Inbound(executor);
    this.liveness = Liveness.of(this);
    this.settings = new Settings(options);
    if (options.observer() != null) {
      observe();
    }
  }

  // ---- calls, from any thread; arguments have been checked

  /** Starts the client's opening handshake. */
  public void handshake(String host, String target, Handler<UpgradeResponse> handler) {
    HandshakeOp op = new HandshakeOp(this, host, target, handler);
    lifecycle.beginOpening(op);
    op.initiate(handler);
  }

  /**
   * Starts the server's opening handshake.
   *
   * @param request one that was read already, or null to read it
   * @param received bytes that were read already; copied here
   * @param decider who decides about requests; null to agree to all that are right
   */
  public void accept(
      @Nullable UpgradeRequest request,
      @Nullable ByteBuffer received,
      @Nullable Consumer<Decision> decider,
      Handler<UpgradeRequest> handler) {
    AcceptOp op = new AcceptOp(this, request, received, decider, handler);
    lifecycle.beginOpening(op);
    op.initiate(handler);
  }

  /**
   * Takes over what somebody else has opened; before anything else, on any thread.
   *
   * @param received what came behind the handshake, copied here
   */
  public void upgraded(
      Role as,
      @Nullable String agreedSubprotocol,
      @Nullable DeflateParameters agreedDeflate,
      ByteBuffer received) {
    role = as;
    liveness.configure(options.timeouts());
    lifecycle.openingOmitted();
    WireLog.upgraded(next, as, agreedSubprotocol, agreedDeflate);
    WireLog.received(next, received);
    inbound.begin(received);
    open(agreedSubprotocol, agreedDeflate);
    Observation told = observation();
    if (told != null) {
      told.upgraded(as);
    }
  }

  /** Starts to write a part of a message. */
  public void write(boolean fin, ByteBuffer[] sources, IoHandler handler) {
    operations.write().start(fin, opcode(settings.writeKind), sources, handler);
  }

  /** Starts to write a part of a message. */
  public void write(boolean fin, ByteBuffer source, IoHandler handler) {
    operations.write().start(fin, opcode(settings.writeKind), source, handler);
  }

  /** Starts to write what a memory holds, as a message. */
  public void write(MessageKind kind, MessageMemory message, IoHandler handler) {
    operations.write().startMessage(opcode(kind), message, handler);
  }

  /** Starts to write a text message that is known to be UTF-8. */
  public void writeText(ByteBuffer encoded, IoHandler handler) {
    operations.write().startText(encoded, handler);
  }

  /** Starts to write a whole message of a kind, whatever kind is set. */
  public void write(MessageKind kind, ByteBuffer source, IoHandler handler) {
    operations.write().startMessage(opcode(kind), source, handler);
  }

  private static int opcode(MessageKind kind) {
    return kind == MessageKind.TEXT ? Opcode.TEXT : Opcode.BINARY;
  }

  /** Starts to write a prepared message. */
  public void write(PreparedFrame prepared, IoHandler handler) {
    operations.write().startMessage(prepared, handler);
  }

  /** Starts to read into a buffer: a whole message or some of one. */
  public void read(boolean whole, ByteBuffer target, IoHandler handler) {
    operations.read.start(whole, target, null, handler);
  }

  /** Starts to read a whole message into memory that grows. */
  public void read(MessageMemory growing, IoHandler handler) {
    operations.read.start(true, null, growing, handler);
  }

  /** Starts to read a whole message into memory that may hold its beginning, and nothing else. */
  public void readMessage(MessageMemory begun, IoHandler handler) {
    operations.read.startMessage(begun, handler);
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

  /** Starts to send a close frame, after which only reading goes on. */
  public void closeOutput(CloseReason reason, Handler<Void> handler) {
    operations.close().startOutput(reason, handler);
  }

  /** Closes in the background, whatever becomes of a close that is outstanding. */
  public void close(CloseReason reason) {
    operations.close().startWithoutCall(reason);
  }

  /** Lets no write stall for longer than closing may take, since closing waits for it. */
  public void limitStall() {
    executor.execute(liveness::limitStall);
  }

  /**
   * Ends the connection because code of the application has thrown, where nobody can tell the
   * application: it has lost track, would not read on, and no clock would ever notice. On any
   * thread.
   *
   * @param whose what has thrown, for the log
   */
  public void handlerThrew(Object whose, Throwable thrown) {
    log.error("A handler of {} threw, and the WebSocket is closed: {}", whose, this, thrown);
    executor.execute(
        () ->
            lifecycle.breakOff(
                options.handlerFailureReason(),
                new WebSocketException(
                    WebSocketError.CALLBACK_FAILED,
                    "a handler of " + whose + " threw " + thrown,
                    thrown)));
  }

  /** Ends everything at once, without a closing handshake. */
  public void abort() {
    next.close(); // whichever thread this is
    executor.dispatch(lifecycle::abort);
  }

  /** Returns the layer below, whether or not it is logged what goes there. */
  public AsyncStream next() {
    return WireLog.below(next);
  }

  /** Returns how the connection behaves. */
  public WebSocketOptions options() {
    return options;
  }

  /** Returns what the application may change. */
  public Settings settings() {
    return settings;
  }

  /** Returns the size of the write buffer for the next message, in bytes. */
  public int writeBufferBytes() {
    int set = settings.writeBufferBytes;
    return set != 0 ? set : options.writeBufferBytes(role);
  }

  /** Returns what was agreed on for permessage-deflate, or null. */
  public @Nullable DeflateParameters deflate() {
    Compression known = compression;
    return known == null ? null : known.agreed;
  }

  /** Returns whether messages can be exchanged. */
  public boolean isOpen() {
    return lifecycle.isOpen();
  }

  /** Returns the role, which the opening handshake decides. */
  public Role role() {
    return role;
  }

  /** Returns the sub-protocol that was agreed on, or null. */
  public @Nullable String subprotocol() {
    return subprotocol;
  }

  /** Has somebody go along, before anything else is done with it. */
  public void accompany(Companion by) {
    companion = by;
  }

  /** Returns what the application has left here. */
  public @Nullable Object attachment() {
    Companion known = companion;
    return known == null ? null : known.attachment();
  }

  /** Keeps something for the application. */
  @SuppressWarnings("NullAway") // the updater does not say that the field may be null
  public void attach(@Nullable Object object) {
    if (companion == null) {
      COMPANION.compareAndSet(this, null, new Companion());
    }
    Objects.requireNonNull(companion).attach(object);
  }

  /** Takes note of what sends all that waits and closes then, if anybody wants to know. */
  public void drainBy(Supplier<Consumer<CloseReason>> queue) {
    Companion known = companion;
    if (known != null) {
      known.drainBy(queue.get());
    }
  }

  /** Tells whether a message is being written, or some of one has been; on the executor. */
  public boolean isWriting() {
    WriteOp write = operations.writeIfAny();
    return write != null && (write.isRunning() || write.isMessageInProgress());
  }

  /** Returns whether a message was begun and its last part not written. */
  public boolean messageInProgress() {
    WriteOp write = operations.writeIfAny();
    return write != null && write.isMessageInProgress();
  }

  /** Returns whether the last read reached the end of its message. */
  public boolean messageDone() {
    return operations.read.lastDone();
  }

  /** Returns the kind of the message last read. */
  public MessageKind receivedKind() {
    return operations.read.lastBinary() ? MessageKind.BINARY : MessageKind.TEXT;
  }

  /** Returns how the connection ended, or null if it has not. */
  public @Nullable CloseOutcome endOutcome() {
    return lifecycle.endOutcome();
  }

  // ---- the opening

  /**
   * Ends a connection that was answered what it asked for and waits for its next request, or does
   * so after the answer that is under way; a WebSocket may still open. On the executor.
   */
  public void serveNoMore() {
    lifecycle.serveNoMore();
  }

  /** The handshake begins, in a role; returns false if the connection has ended before. */
  boolean openingStarted(Role as) {
    role = as;
    liveness.configure(options.timeouts());
    Observation told = observation();
    if (told != null) {
      told.openingStarted();
    }
    return lifecycle.openingStarted();
  }

  /** The handshake has succeeded. */
  void opened(@Nullable String agreedSubprotocol, @Nullable DeflateParameters agreedDeflate) {
    open(agreedSubprotocol, agreedDeflate);
    Observation told = observation();
    if (told != null) {
      told.opened(role);
    }
  }

  private void open(@Nullable String agreedSubprotocol, @Nullable DeflateParameters agreedDeflate) {
    subprotocol = agreedSubprotocol;
    if (agreedDeflate != null && options.deflate() != null) {
      compression = new Compression(this, agreedDeflate);
    }
    lifecycle.opened();
    operations.read.opened();
  }

  /** A write has ended. */
  void writeEnded() {
    Companion known = companion;
    if (known != null) {
      known.writeEnded();
    }
  }

  /**
   * The connection has ended.
   *
   * @param wasOpen whether the opening handshake had succeeded
   */
  void ended(boolean wasOpen) {
    Observation told = observation();
    if (told != null) {
      told.ended(role, wasOpen, lifecycle.outcome());
    }
    Companion known = companion;
    if (known != null) {
      known.ended(lifecycle.outcome());
    }
  }

  // ---- who is told

  /** Returns what tells what happens, or null if nobody wants to know; on the executor. */
  @Nullable Observation observation() {
    Observation known = observation;
    return known == null && Observers.isRecording() ? observe() : known;
  }

  private @Nullable Observation observe() {
    WebSocketObserver told = Observers.of(options);
    if (told != null) {
      observation = new Observation(face, told, executor);
    }
    return observation;
  }

  /** Returns the other role. */
  Role peer() {
    return role == Role.CLIENT ? Role.SERVER : Role.CLIENT;
  }

  // ---- what operations share

  /** Makes the frames that this side sends. */
  FrameEncoder encoder() {
    return FrameEncoder.of(role);
  }

  /** Returns what compresses and decompresses, or null if that was not agreed on. */
  @Nullable Compression compression() {
    return compression;
  }

  /** The connection has ended. */
  void releaseCompression() {
    Compression known = compression;
    if (known != null) {
      known.release();
    }
  }

  /**
   * Gives bytes to the next layer for a machine that holds the turn; some of them will have gone
   * when it goes on, and {@link #written} must follow.
   */
  Machine.Next write(ByteBuffer[] bytes, Machine writer) {
    assert turn.isHeldBy(writer) : writer + " writes while the turn is " + turn;
    liveness.writing(writer.call());
    next.asyncWriteSome(bytes, writer);
    Observation told = observation();
    if (told != null && !writer.hasAnswer()) {
      told.writeWaits();
    }
    return Machine.Next.SUSPENDED;
  }

  /** Takes note of the next layer's answer to a {@link #write}. */
  void written(Machine writer) {
    assert turn.isHeldBy(writer) : writer + " has written while the turn is " + turn;
    liveness.wrote();
    Observation told = observation();
    if (told != null) {
      told.writeGoesOn();
    }
    if (writer.ioError == null && writer.ioBytes == 0) {
      throw new IllegalStateException(
          "the next layer took nothing: it breaks its contract, or a buffer was changed");
    }
  }

  @Override
  public String toString() {
    return "WebSocketStream[" + lifecycle + " as " + role + ", turn " + turn + "] over " + next();
  }
}

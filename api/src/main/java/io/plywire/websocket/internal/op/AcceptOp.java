// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.op;

import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.Role;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.websocket.Acceptance;
import io.plywire.websocket.Reply;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.deflate.DeflateParameters;
import io.plywire.websocket.internal.protocol.DeflateNegotiation;
import io.plywire.websocket.internal.protocol.ExtensionList;
import io.plywire.websocket.internal.protocol.HttpHead;
import io.plywire.websocket.internal.protocol.HttpHeadScanner;
import io.plywire.websocket.internal.protocol.PlainRequest;
import io.plywire.websocket.internal.protocol.ServerHandshake;
import io.plywire.websocket.internal.protocol.Violation;
import io.plywire.websocket.internal.wire.WireLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's opening handshake: receives a request, unless it was received already, has the
 * application decide, if it wants to, and answers (RFC 6455 section 4.2). A request that is refused
 * gets a proper answer before the connection ends.
 *
 * <pre>
 *   START → ASK → DECIDING → ACCEPT_SENT → open
 *     ├──────────────┼──────→  REPLY_SENT → TORN_DOWN → refused
 *     └──────────────────────────────┘ to the next request
 * </pre>
 */
final class AcceptOp extends OpeningOp<UpgradeRequest> {
  private static final Logger log = LoggerFactory.getLogger(AcceptOp.class);

  /** How many requests a connection is answered that ask for no WebSocket. */
  private static final int MAX_REPLIES = 100;

  /** How long the client has for the answer that nobody has decided in time. */
  private static final long LAST_WORD_NANOS = 1_000_000_000L;

  private enum Step {
    START,
    /** There is a request that the application is to decide about. */
    ASK,
    DECIDING,
    ACCEPT_SENT,
    REPLY_SENT,
    TORN_DOWN
  }

  private final @Nullable ByteBuffer early;
  private final @Nullable Consumer<Decision> decider;
  private @Nullable UpgradeRequest request;
  private @Nullable Decision decision; // on the request
  private @Nullable IOException departure; // why the client cannot hear an answer any more
  private int replies;
  private boolean last; // the request that is being answered, or the next one if there is none
  private @Nullable Answer answer; // while it is sent
  private @Nullable String subprotocol;
  private @Nullable DeflateParameters deflate;
  private @Nullable IOException refusal; // what follows the answer; null if the next request does
  private Step step = Step.START;

  AcceptOp(
      Connection c,
      @Nullable UpgradeRequest request,
      @Nullable ByteBuffer received,
      @Nullable Consumer<Decision> decider,
      Handler<UpgradeRequest> handler) {
    super(c, Kind.ACCEPT, handler);
    this.request = request;
    this.decider = decider;
    this.early = received == null ? null : copy(received);
  }

  private static ByteBuffer copy(ByteBuffer bytes) {
    return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
  }

  @Override
  Next step() {
    return switch (step) {
      case START -> start();
      case ASK -> ask();
      case DECIDING -> decided();
      case ACCEPT_SENT -> afterAccept();
      case REPLY_SENT -> afterReply();
      case TORN_DOWN -> fail(Objects.requireNonNull(refusal));
    };
  }

  private Next start() {
    if (!c.openingStarted(Role.SERVER)) {
      return fail(new StreamException(StreamError.ABORTED, "the stream was closed before"));
    }
    if (request != null) {
      WireLog.requested(c.next, request);
    }
    if (early != null) {
      WireLog.received(c.next, early);
      c.inbound.append(early);
    }
    if (request != null) {
      return judge(request);
    }
    return readRequest();
  }

  private Next readRequest() {
    return readHead(HttpHeadScanner.forRequest(c.options.handshakeHeadMax()));
  }

  @Override
  Next headFound(int length) {
    if (replies > 0) {
      c.liveness.handshakeStarted(); // what was waited for does not count
    }
    HttpHead.Parsed<UpgradeRequest> parsed = HttpHead.parseRequest(c.inbound.bytes(), length);
    UpgradeRequest received = parsed.message();
    return received == null ? refuse(Objects.requireNonNull(parsed.violation())) : judge(received);
  }

  @Override
  Next headRefused(Violation violation) {
    return refuse(violation);
  }

  @Override
  String endWithinHead() {
    return "the client ended the connection within its upgrade request";
  }

  private Next judge(UpgradeRequest received) {
    request = received;
    Observation told = c.observation();
    if (told != null) {
      told.asked(received.target());
    }
    boolean upgrade = decider == null || PlainRequest.asksForUpgrade(received);
    Violation violation =
        upgrade ? ServerHandshake.validate(received) : PlainRequest.validate(received);
    if (violation != null) {
      return refuse(violation);
    }
    ServerHandshake.putAuthority(received);
    Agreement objection = upgrade ? Agreement.judgeOrigin(received, c.options) : null;
    if (objection != null) {
      return refuse(objection);
    }
    if (decider == null) {
      return agree(received, Acceptance.plain());
    }
    decision = new Decision(this, received, upgrade);
    step = Step.ASK;
    return Next.AGAIN;
  }

  // ---- the decision

  private Next ask() {
    if (isInCall()) {
      return Next.LATER; // the application is not called from inside a call of its own
    }
    Decision asked = Objects.requireNonNull(decision);
    step = Step.DECIDING;
    c.inbound.trim();
    try {
      Objects.requireNonNull(decider).accept(asked);
    } catch (RuntimeException | Error e) {
      if (asked.tooLate()) {
        return refuse(
            new Violation(WebSocketError.CALLBACK_FAILED, "the request handler threw " + e), e);
      }
      return fail( // it has decided before, and cannot be believed any more
          new WebSocketException(
              WebSocketError.CALLBACK_FAILED, "the request handler threw " + e, e));
    }
    if (asked.isPending() && c.inbound.isEmpty() && c.operations.read.watch == null) {
      new PeerWatch(c, this).start();
    }
    return Next.AGAIN;
  }

  /** Tells whether there is no decision yet. */
  boolean isDeciding() {
    return step == Step.DECIDING && decision != null && decision.isPending();
  }

  @Override
  boolean isParked() {
    return step == Step.DECIDING;
  }

  /** The application has decided, on any thread. */
  void answered(Decision by) {
    c.executor.execute(
        () -> {
          if (by == decision && isParked() && isSuspended()) {
            drive();
          }
        });
  }

  /** The client has left, as far as can be seen. */
  void peerLeft(IOException how) {
    if (isDeciding() && Objects.requireNonNull(decision).tooLate()) {
      departure = how;
      goOn();
    }
  }

  @Override
  boolean answersAtDeadline() {
    if (!isDeciding()
        || !Objects.requireNonNull(decision).expire(Reply.unavailable(Duration.ofSeconds(1)))) {
      return false;
    }
    refusal =
        new StreamException(
            StreamError.TIMEOUT,
            "the application has not decided within "
                + Durations.text(c.options.timeouts().handshake()));
    c.liveness.handshakeStarted();
    c.liveness.hurry(LAST_WORD_NANOS);
    goOn();
    return true;
  }

  /** A connection on which nothing is asked for ends without fuss. */
  @Override
  @Nullable IOException atDeadline() {
    return replies > 0 && isBetweenHeads() ? servedOut(null) : null;
  }

  @Override
  void serveNoMore() {
    last = true;
    IOException idle = atDeadline();
    if (idle != null) {
      c.lifecycle.fail(idle, this);
    }
  }

  private Next decided() {
    Decision given = Objects.requireNonNull(decision);
    if (given.isPending()) {
      return Next.SUSPENDED;
    }
    UpgradeRequest asked = given.request();
    Acceptance acceptance = given.acceptance();
    if (acceptance != null) {
      return given.isUpgrade()
          ? agree(asked, acceptance)
          : refuse(Objects.requireNonNull(ServerHandshake.validate(asked)));
    }
    Reply reply = given.reply();
    return reply == null
        ? fail(
            new WebSocketException(
                WebSocketError.CLOSED,
                "the client left while its request was being decided",
                departure))
        : reply(given, reply);
  }

  private Next agree(UpgradeRequest received, Acceptance how) {
    Agreement reached = Agreement.of(received, how, c.options);
    UpgradeResponse response = reached.response();
    if (response == null) {
      return refuse(reached);
    }
    ByteBuffer bytes = Objects.requireNonNull(reached.head());
    // What is sent is what is agreed on, whoever put it there.
    subprotocol = ServerHandshake.subprotocol(response);
    deflate = DeflateNegotiation.agreed(ExtensionList.of(response.fields()));
    if (how.attachment() != null) {
      c.attach(how.attachment());
    }
    step = Step.ACCEPT_SENT;
    return sendBytes(
        ServerHandshake.expectsContinue(received)
            ? join(HttpHead.encode(ServerHandshake.continueResponse()), bytes)
            : bytes);
  }

  private static ByteBuffer join(ByteBuffer first, ByteBuffer second) {
    return ByteBuffer.allocate(first.remaining() + second.remaining())
        .put(first)
        .put(second)
        .flip();
  }

  private Next afterAccept() {
    if (stillSending()) {
      return Next.SUSPENDED;
    }
    return ioError != null
        ? fail(ioError)
        : succeed(Objects.requireNonNull(request), subprotocol, deflate);
  }

  // ---- answers that are no agreement

  private Next reply(Decision given, Reply reply) {
    boolean persists =
        refusal == null
            && !last
            && !given.isUpgrade()
            && PlainRequest.persists(given.request())
            && ++replies < MAX_REPLIES;
    Answer made =
        Answer.of(c, reply, persists, PlainRequest.isHead(given.request()), this::decoratorFailed);
    if (refusal == null && !persists) {
      refusal =
          given.isUpgrade()
              ? new WebSocketException(
                  WebSocketError.REQUEST_REFUSED, refused(made.status(), reply.cause()), null)
              : servedOut(null);
    }
    return send(made);
  }

  private static String refused(int status, @Nullable String why) {
    return why == null
        ? "the application refused the request with " + status
        : "the request was refused with " + status + ": " + why;
  }

  private void decoratorFailed(Throwable fault) {
    log.warn("{}: the response decorator failed, and is left out", c, fault);
  }

  private Next send(Answer made) {
    Observation told = c.observation();
    if (told != null) {
      told.replied(made.status());
    }
    answer = made;
    step = Step.REPLY_SENT;
    return sendBytes(made.head());
  }

  private WebSocketException servedOut(@Nullable IOException cause) {
    return new WebSocketException(
        WebSocketError.CLOSED, "the client asked for no WebSocket, and was answered", cause);
  }

  private Next refuse(Agreement not) {
    return refuse(Objects.requireNonNull(not.violation()), not.cause());
  }

  private Next refuse(Violation violation) {
    return refuse(violation, null);
  }

  private Next refuse(Violation violation, @Nullable Throwable cause) {
    WebSocketException told = new WebSocketException(violation.error(), violation.detail(), cause);
    refusal = told;
    Reply reply = ServerHandshake.refusal(violation);
    return send(
        violation.error() == WebSocketError.DECORATOR_FAILED
            ? Answer.undecorated(reply)
            : Answer.of(c, reply, false, false, told::addSuppressed));
  }

  private Next afterReply() {
    if (stillSending()) {
      return Next.SUSPENDED;
    }
    if (ioError == null) {
      try {
        ByteBuffer more = answer == null ? null : answer.next();
        if (more != null) {
          c.liveness.handshakeStarted(); // for each piece
          return sendBytes(more);
        }
      } catch (IOException e) {
        return fail(new StreamException(StreamError.IO, "the file cannot be sent: " + e, e));
      }
    }
    closeAnswer();
    if (refusal == null && last) {
      refusal = servedOut(null);
    }
    IOException end = refusal;
    if (ioError != null) {
      return fail(end == null ? servedOut(ioError) : end); // refused, whether or not it heard it
    }
    if (end == null) {
      decision = null;
      request = null;
      c.liveness.handshakeStarted();
      return readRequest();
    }
    step = Step.TORN_DOWN;
    c.next.asyncTeardown(Role.SERVER, this);
    return Next.SUSPENDED;
  }

  private void closeAnswer() {
    if (answer != null) {
      answer.close();
      answer = null;
    }
  }

  @Override
  void finish() {
    closeAnswer();
    if (decision != null) {
      decision.tooLate();
    }
    super.finish();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.inmemory.Faults;
import io.plywire.inmemory.InMemoryStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Handler;
import io.plywire.stream.IoHandler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tests.support.Harness;
import io.plywire.websocket.CloseReason;
import io.plywire.websocket.MessageBuffer;
import io.plywire.websocket.UpgradeRequest;
import io.plywire.websocket.WebSocketError;
import io.plywire.websocket.WebSocketException;
import io.plywire.websocket.WebSocketStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A whole conversation between a client and a server that knows how to go on when one of its
 * operations is cancelled: what TOTAL and PARTIAL end is started again, with what is left of it;
 * after anything worse the side closes.
 *
 * <pre>
 *   client: handshake, (read | ping | part, last part), close
 *   server: accept, read, (read until the close | pong | write)
 * </pre>
 */
final class Dialogue implements AutoCloseable {
  static final String QUESTION_BEGINS = "Grüße, was ";
  static final String QUESTION_ENDS = "ist das?";
  static final String ANSWER = "Die Antwort ist 42.";

  final Harness h;
  final Side client;
  final Side server;
  private final List<Act> acts = new ArrayList<>();

  final Act handshake;
  final Act ping;
  final Act part;
  final Act last;
  final Act readAnswer;
  final Act close;
  final Act accept;
  final Act readQuestion;
  final Act pong;
  final Act answer;
  final Act readToTheEnd;

  /** One end of the conversation. */
  final class Side {
    final String name;
    final WebSocketStream stream;
    final MessageBuffer memory = new MessageBuffer(0);
    private Act farewell;

    Side(String name, WebSocketStream stream) {
      this.name = name;
      this.stream = stream;
    }

    String text() {
      return StandardCharsets.UTF_8.decode(memory.data()).toString();
    }

    /** Something went wrong: closing is what is promised then. */
    private void closeForGood() {
      if (farewell == null && !(this == client && close.isPending())) {
        farewell = act(this, "farewell", a -> stream.asyncClose(CloseReason.NORMAL, a.handler()));
        farewell.start();
      }
    }
  }

  /** One operation, started again as often as it is called off without harm. */
  final class Act {
    final Side side;
    final String name;
    private final Consumer<Act> call;
    private CancellationSignal signal = new CancellationSignal();
    private Runnable then = () -> {};
    int starts;
    int ends;
    IOException error;

    Act(Side side, String name, Consumer<Act> call) {
      this.side = side;
      this.name = name;
      this.call = call;
    }

    void start() {
      starts++;
      signal = new CancellationSignal();
      call.accept(this);
    }

    void cancel(CancellationType type) {
      int before = ends;
      signal.emit(type);
      assertThat(ends).as("a handler within the request").isEqualTo(before);
    }

    boolean isPending() {
      return starts > ends;
    }

    boolean succeeded() {
      return starts > 0 && !isPending() && error == null;
    }

    /** Returns a handler for one start. */
    IoHandler ioHandler() {
      Handler<Long> handler = handler();
      return IoHandler.with(handler, (error, bytes) -> handler.completed(error, bytes));
    }

    <T> Handler<T> handler() {
      CancellationSlot slot = signal.slot();
      return new Handler<>() {
        private boolean ran;

        @Override
        public void completed(IOException failure, T result) {
          assertThat(ran).as("handler of %s ran before", Act.this).isFalse();
          ran = true;
          ended(failure);
        }

        @Override
        public CancellationSlot cancellationSlot() {
          return slot;
        }
      };
    }

    private void ended(IOException failure) {
      ends++;
      error = failure;
      CancellationType type = cancellation();
      if (failure == null) {
        then.run();
      } else if (type == CancellationType.TOTAL || type == CancellationType.PARTIAL) {
        start();
      } else {
        side.closeForGood();
      }
    }

    /** Returns the type of the request that ended this, or null. */
    CancellationType cancellation() {
      return error instanceof StreamException known ? known.cancellation() : null;
    }

    @Override
    public String toString() {
      return side.name + "'s " + name + (isPending() ? " pending" : " " + error);
    }
  }

  /**
   * Sets the scene.
   *
   * @param posting whether every operation of the next layer takes a task of its own; else they
   *     complete at once as long as a very narrow pipe lets them
   * @param seed of the sizes of reads and writes
   */
  Dialogue(boolean posting, int seed) {
    h = new Harness(pipe -> posting ? pipe : pipe.windowBytes(7, 64));
    limit(posting ? 100 : 7, posting, seed);
    client = new Side("client", h.client(Harness.quiet().withWriteBufferBytes(8)));
    server = new Side("server", h.server(Harness.quiet().withWriteBufferBytes(8)));
    ByteBuffer begins = Harness.bytes(QUESTION_BEGINS);
    ByteBuffer ends = Harness.bytes(QUESTION_ENDS);
    ByteBuffer answers = Harness.bytes(ANSWER);
    handshake =
        act(
            client,
            "handshake",
            a -> client.stream.asyncHandshake("example.com", "/", a.handler()));
    ping = act(client, "ping", a -> client.stream.asyncPing(Harness.bytes("ping"), a.handler()));
    part = act(client, "part", a -> client.stream.asyncWriteSome(false, begins, a.ioHandler()));
    last = act(client, "last part", a -> client.stream.asyncWriteSome(true, ends, a.ioHandler()));
    readAnswer = read(client, "read of the answer");
    close = act(client, "close", a -> client.stream.asyncClose(CloseReason.NORMAL, a.handler()));
    accept = act(server, "accept", a -> server.stream.asyncAccept(a.<UpgradeRequest>handler()));
    readQuestion = read(server, "read of the question");
    pong = act(server, "pong", a -> server.stream.asyncPong(Harness.bytes("pong"), a.handler()));
    answer = act(server, "answer", a -> server.stream.asyncWriteSome(true, answers, a.ioHandler()));
    readToTheEnd = read(server, "read to the end");

    handshake.then =
        () -> {
          limit(4, posting, seed);
          readAnswer.start();
          part.start();
          ping.start();
        };
    part.then = last::start;
    last.then = this::closeWhenAllIsSaid;
    readAnswer.then = this::closeWhenAllIsSaid;
    ping.then = this::closeWhenAllIsSaid;
    pong.then = this::closeWhenAllIsSaid;
    accept.then = readQuestion::start;
    readQuestion.then =
        () -> {
          readToTheEnd.start();
          answer.start();
          pong.start();
        };
    answer.then = this::closeWhenAllIsSaid;
  }

  private void limit(int most, boolean posting, int seed) {
    for (InMemoryStream end : List.of(h.clientEnd, h.serverEnd)) {
      end.faults().capWrites(Faults.random(seed, most));
      end.faults().capReads(Faults.random(seed + 1, most));
      end.faults().postAlways(posting);
    }
  }

  private void closeWhenAllIsSaid() {
    boolean said = List.of(readAnswer, last, ping, pong, answer).stream().allMatch(Act::succeeded);
    if (said && close.starts == 0) {
      close.start();
    }
  }

  private Act read(Side side, String name) {
    return act(side, name, a -> side.stream.asyncRead(side.memory, a.ioHandler()));
  }

  private Act act(Side side, String name, Consumer<Act> call) {
    Act act = new Act(side, name, call);
    acts.add(act);
    return act;
  }

  List<Act> acts() {
    return List.copyOf(acts.subList(0, 11));
  }

  void start() {
    handshake.start();
    accept.start();
  }

  /** Closes what may still be open, such as a side that waits for nothing and hears of nothing. */
  void closeWhatIsOpen() {
    for (Side side : List.of(client, server)) {
      side.stream.abort();
    }
    h.run();
  }

  /** Demands that everything was said, once and in order, and that both sides closed properly. */
  void assertFinished() {
    for (Act act : acts) {
      assertThat(act.isPending()).as("%s is pending", act).isFalse();
      if (act != readToTheEnd) {
        assertThat(act.error).as("%s", act).isNull();
        assertThat(act.ends).as("%s ran", act).isPositive();
      }
    }
    assertThat(server.text()).isEqualTo(QUESTION_BEGINS + QUESTION_ENDS);
    assertThat(client.text()).isEqualTo(ANSWER);
    assertThat(readToTheEnd.error).isInstanceOf(WebSocketException.class);
    assertThat(((WebSocketException) readToTheEnd.error).error()).isEqualTo(WebSocketError.CLOSED);
    assertThat(h.fromClient.briefs()).contains("PING(4)").endsWith("CLOSE(2)");
    assertThat(h.fromServer.frames().stream().filter(f -> f.opcode() == 10)).hasSize(2);
    assertThat(client.stream.closeOutcome().handshakeComplete()).isTrue();
    assertThat(server.stream.closeOutcome().handshakeComplete()).isTrue();
  }

  /** Demands that everything has ended, and that both sides could be closed. */
  void assertEnded() {
    for (Act act : acts) {
      assertThat(act.isPending()).as("%s is pending", act).isFalse();
      if (act.name.equals("farewell")) {
        assertThat(act.error).as("%s", act).isNull();
      } else if (act.error instanceof StreamException known
          && known.error() == StreamError.ABORTED) {
        assertThat(act.cancellation()).isIn(null, CancellationType.TERMINAL);
      }
    }
    assertThat(client.stream.isOpen()).isFalse();
    assertThat(server.stream.isOpen()).isFalse();
  }

  @Override
  public void close() {
    h.close();
  }
}

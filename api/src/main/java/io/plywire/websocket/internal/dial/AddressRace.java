// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket.internal.dial;

import io.plywire.spi.OneShotOperation;
import io.plywire.spi.TransportProvider;
import io.plywire.stream.AsyncStream;
import io.plywire.stream.CancellationSignal;
import io.plywire.stream.CancellationSlot;
import io.plywire.stream.CancellationType;
import io.plywire.stream.Durations;
import io.plywire.stream.Handler;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.stream.StreamExecutor;
import io.plywire.transport.Endpoint;
import io.plywire.transport.TransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Connects to one of the addresses of a host, as RFC 8305, Happy Eyeballs, has it: both families in
 * turn, the next one when the last has failed or has not answered within a quarter of a second. The
 * first to connect wins, and the others are given up.
 *
 * <p>All of it on the executor of the stream that is to be; what the resolver says on other threads
 * is sent there.
 */
public final class AddressRace extends OneShotOperation<AsyncStream> {
  /** How long an attempt is alone (RFC 8305 section 5, Connection Attempt Delay). */
  static final Duration STAGGER = Duration.ofMillis(250);

  private final TransportProvider transport;
  private final Endpoint endpoint;
  private final TransportOptions options;
  private final AddressBook book;
  private final Journal journal;

  private final CancellationSignal question = new CancellationSignal();
  private List<InetAddress> addresses = List.of();
  private int next;
  private final List<Attempt> underWay = new ArrayList<>();
  private final List<Attempt> failures = new ArrayList<>();
  private StreamExecutor.@Nullable Timer stagger;

  /**
   * Makes one.
   *
   * @param endpoint whose host is a name
   * @param options have an executor
   */
  public AddressRace(
      TransportProvider transport,
      Endpoint endpoint,
      TransportOptions options,
      AddressBook book,
      Journal journal,
      Handler<AsyncStream> handler) {
    super(Objects.requireNonNull(options.executor()), handler);
    this.transport = transport;
    this.endpoint = endpoint;
    this.options = options;
    this.book = book;
    this.journal = journal;
  }

  @Override
  protected void start() {
    limit(options.connectTimeout());
    Journal.Step step = journal.begin("resolve", endpoint.address());
    Handler<List<InetAddress>> answer =
        (error, found) -> streamExecutor().dispatch(() -> resolved(step, error, found));
    book.resolver()
        .asyncResolve(endpoint.address(), Handler.bindCancellationSlot(question.slot(), answer));
  }

  private void resolved(
      Journal.Step step, @Nullable IOException error, @Nullable List<InetAddress> found) {
    if (isOver()) {
      return;
    }
    if (found == null || found.isEmpty()) {
      StreamException unresolved =
          new StreamException(
              StreamError.UNRESOLVED, subject() + ": the host name has no address", error);
      step.failed(unresolved);
      fail(unresolved);
      return;
    }
    addresses =
        book.ordered(
            endpoint,
            found,
            options.get(TransportOptions.PREFER_IPV6),
            streamExecutor().nanoTime());
    step.done(String.join(", ", addresses.stream().map(InetAddress::getHostAddress).toList()));
    tryNext();
  }

  private void tryNext() {
    stopStagger();
    if (next < addresses.size()) {
      Attempt attempt = new Attempt(addresses.get(next++));
      underWay.add(attempt);
      if (next < addresses.size()) {
        stagger = streamExecutor().schedule(STAGGER, this::tryNext);
      }
      attempt.begin();
    } else if (underWay.isEmpty()) {
      book.allFailed(endpoint);
      fail(allFailed());
    }
  }

  private StreamException allFailed() {
    StreamException error =
        new StreamException(
            failures.get(0).error(), subject() + ": " + account(), failures.get(0).failure);
    failures.stream().skip(1).forEach(each -> error.addSuppressed(each.failure));
    return error;
  }

  /** Says of each address what has become of it. */
  private String account() {
    List<String> parts = new ArrayList<>();
    failures.forEach(each -> parts.add(each.toString()));
    underWay.forEach(each -> parts.add(each.text() + " no answer"));
    for (InetAddress address : addresses.subList(next, addresses.size())) {
      parts.add(address.getHostAddress() + " not tried");
    }
    return String.join("; ", parts);
  }

  /** An address that is tried. */
  private final class Attempt implements Handler<AsyncStream> {
    private final InetAddress address;
    private final CancellationSignal signal = new CancellationSignal();
    private final Journal.Step step;
    private @Nullable IOException failure;

    Attempt(InetAddress address) {
      this.address = address;
      this.step = journal.begin("connect", text() + " port " + endpoint.port());
    }

    void begin() {
      try {
        // The race has the limit, whoever is in it.
        transport.asyncConnect(
            endpoint.withAddress(text()), options.withConnectTimeout(Duration.ZERO), this);
      } catch (RuntimeException e) {
        completed(new StreamException(StreamError.IO, transport.name() + " threw " + e, e), null);
      }
    }

    String text() {
      return address.getHostAddress();
    }

    @Override
    public StreamExecutor executor() {
      return streamExecutor();
    }

    @Override
    public CancellationSlot cancellationSlot() {
      return signal.slot();
    }

    @Override
    public void completed(@Nullable IOException error, @Nullable AsyncStream stream) {
      underWay.remove(this);
      if (stream != null) {
        step.done(isOver() ? "another one was faster" : "");
        if (!isOver()) {
          book.worked(endpoint, address, streamExecutor().nanoTime());
        }
        succeed(stream); // or closes it
      } else if (!isOver()) {
        failure = Objects.requireNonNull(error, "neither a stream nor an error");
        step.failed(failure);
        failures.add(this);
        tryNext();
      }
    }

    void giveUp() {
      step.done("given up");
      signal.emit(CancellationType.TERMINAL);
    }

    StreamError error() {
      return failure instanceof StreamException known ? known.error() : StreamError.IO;
    }

    /** Says the address once, and what has become of it. */
    @Override
    public String toString() {
      String message = String.valueOf(failure == null ? null : failure.getMessage());
      int colon = message.indexOf(": ");
      String why = colon < 0 ? message : message.substring(colon + 2);
      String socket = new InetSocketAddress(address, endpoint.port()) + " ";
      return text() + " " + (why.startsWith(socket) ? why.substring(socket.length()) : why);
    }
  }

  // ---- the end

  @Override
  protected void ended(@Nullable IOException error) {
    stopStagger();
    question.emit(CancellationType.TERMINAL);
    List.copyOf(underWay).forEach(Attempt::giveUp);
  }

  private void stopStagger() {
    if (stagger != null) {
      stagger.cancel();
      stagger = null;
    }
  }

  @Override
  protected StreamException timedOut(Duration time) {
    book.allFailed(endpoint);
    return new StreamException(
        StreamError.TIMEOUT,
        subject()
            + " within "
            + Durations.text(time)
            + ": "
            + (addresses.isEmpty() ? "the host name was not resolved" : account()));
  }

  private String subject() {
    return "cannot connect to " + endpoint.address() + " port " + endpoint.port();
  }

  @Override
  public String toString() {
    return "connecting to " + endpoint.address() + " port " + endpoint.port();
  }
}

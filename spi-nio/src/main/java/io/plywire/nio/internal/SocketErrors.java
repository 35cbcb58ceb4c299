// SPDX-License-Identifier: Apache-2.0
package io.plywire.nio.internal;

import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Locale;

/** Finds the code for what the JDK reports, which for sockets is often told by the text alone. */
final class SocketErrors {
  /** What systems say of an established connection that is no more. */
  private static final String[] LOST = {
    "reset",
    "broken pipe",
    "abort",
    "forcibly closed",
    "timed out",
    "no route",
    "unreachable",
    "not connected",
    "host is down"
  };

  private SocketErrors() {}

  /** The failure of a transfer on a connected socket. */
  static StreamException transfer(IOException e, Object stream) {
    if (e instanceof ClosedChannelException) {
      return new StreamException(StreamError.CLOSED, stream + ": the channel is closed", e);
    }
    if (e.getCause() instanceof OutOfMemoryError) {
      return new StreamException(StreamError.EXHAUSTED, stream + ": " + text(e), e);
    }
    return new StreamException(
        says(e, LOST) ? StreamError.RESET : StreamError.IO, stream + ": " + text(e), e);
  }

  /** The code for a failed attempt to connect. */
  static StreamError connecting(Exception e) {
    if (e instanceof NoRouteToHostException
        || e instanceof PortUnreachableException
        || says(e, "unreachable", "no route", "host is down")) {
      return StreamError.UNREACHABLE;
    }
    if (says(e, "permission denied")) {
      return StreamError.IO; // the JDK takes it for a failure to bind, which it need not be
    }
    if (e instanceof BindException) {
      return binding(e);
    }
    if (says(e, "timed out")) {
      return StreamError.TIMEOUT;
    }
    if (e instanceof ConnectException || says(e, "refused", "no such file")) {
      return StreamError.REFUSED;
    }
    return creating(e);
  }

  /** Whether the acceptor's backlog is full; of Unix-domain sockets, which do not wait for room. */
  static boolean isBusy(Exception e) {
    return says(e, "temporarily unavailable");
  }

  /** The code for a failure to listen. */
  static StreamError binding(Exception e) {
    return e instanceof UnresolvedAddressException ? StreamError.UNRESOLVED : creating(e);
  }

  /** The code for a failure to make a socket, to bind it or to set its options. */
  static StreamError creating(Exception e) {
    if (e instanceof BindException) {
      return says(e, "in use") ? StreamError.ADDRESS_IN_USE : StreamError.ADDRESS_UNAVAILABLE;
    }
    if (says(e, "too many open files", "no buffer space", "cannot allocate memory")) {
      return StreamError.EXHAUSTED;
    }
    if (e instanceof UnsupportedOperationException
        || e instanceof UnsupportedAddressTypeException) {
      return StreamError.UNSUPPORTED;
    }
    return StreamError.IO;
  }

  /** What an exception says, or at least what it is. */
  static String text(Exception e) {
    String message = e.getMessage();
    return message == null || message.isEmpty() ? e.getClass().getSimpleName() : message;
  }

  private static boolean says(Exception e, String... fragments) {
    String message = text(e).toLowerCase(Locale.ROOT);
    for (String fragment : fragments) {
      if (message.contains(fragment)) {
        return true;
      }
    }
    return false;
  }
}

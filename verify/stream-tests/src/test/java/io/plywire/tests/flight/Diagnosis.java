// SPDX-License-Identifier: Apache-2.0
package io.plywire.tests.flight;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jdk.jfr.consumer.RecordedEvent;

/**
 * Says in a few words what went wrong with a connection, as somebody would who has nothing but its
 * events: it knows the table of events and the enums of errors, and not how anything was staged.
 */
final class Diagnosis {
  private Diagnosis() {}

  /** Returns what was found, in the order in which it happened. */
  static String of(List<RecordedEvent> events) {
    List<String> found = new ArrayList<>();
    for (RecordedEvent event : events) {
      String finding = found(event, found.isEmpty());
      if (finding != null) {
        found.add(who(event) + ": " + finding);
      }
    }
    return String.join("; ", found);
  }

  private static String who(RecordedEvent event) {
    return switch (name(event)) {
      case "Connect" -> "client";
      case "AcceptFailed" -> "server";
      default -> event.getString("role").toLowerCase();
    };
  }

  private static String found(RecordedEvent event, boolean first) {
    return switch (name(event)) {
      case "Close" -> close(event);
      case "WriteStall" -> "the peer took nothing for a while";
      case "MessageDropped" -> "a queue dropped a message";
      case "Handshake" -> error(event) == null ? null : handshake(event, first);
      case "LayerHandshake" -> error(event) == null ? null : layer(event);
      // These two only repeat what a layer or a handshake has told.
      case "Connect" -> first && error(event) != null ? connect(event) : null;
      case "AcceptFailed" -> first ? accept(event) : null;
      default -> null;
    };
  }

  static String name(RecordedEvent event) {
    return event.getEventType().getName().replace("plywire.", "");
  }

  static String error(RecordedEvent event) {
    return event.hasField("error") ? event.getString("error") : null;
  }

  private static boolean says(RecordedEvent event, String words) {
    String message = event.getString("message");
    return message != null && message.contains(words);
  }

  // ---- nothing to talk to

  private static String connect(RecordedEvent event) {
    return switch (error(event)) {
      case "REFUSED" -> "nobody listens there";
      case "UNRESOLVED" -> "the name has no address";
      case "TIMEOUT" ->
          says(event, "the last step") ? "it took too long altogether" : "no address answers";
      default -> unknown(event);
    };
  }

  private static String accept(RecordedEvent event) {
    return error(event).equals("REFUSED")
        ? says(event, "of this address")
            ? "this address has enough connections"
            : "enough connections"
        : unknown(event);
  }

  // ---- layers

  private static String layer(RecordedEvent event) {
    String layer = event.getString("layer");
    return switch (error(event)) {
      case "CERTIFICATE_UNTRUSTED" -> "the certificate is nobody's we trust";
      case "CERTIFICATE_EXPIRED" -> "the certificate's time is over";
      case "HOST_NAME_MISMATCH" -> "the certificate is for another name";
      case "CLIENT_CERTIFICATE_REQUIRED" -> "the client shows no certificate";
      case "NOT_TLS" -> "the peer does not speak TLS";
      case "NO_COMMON_PARAMETERS" -> "no version or cipher suite in common";
      case "PEER_ALERT" -> "the peer does not like our TLS";
      case "AUTHENTICATION" -> layer + ": the proxy wants credentials";
      case "REFUSED" -> layer + ": the proxy refuses to lead there";
      case "UNREACHABLE" -> layer + ": the proxy cannot reach the server";
      case "BAD_ANSWER" -> layer + ": what answers is no proxy";
      case "TIMEOUT" -> layer + ": the peer does not answer";
      case "EOF", "TRUNCATED", "RESET" -> layer + ": the peer left";
      default -> unknown(event);
    };
  }

  // ---- the opening

  private static String handshake(RecordedEvent event, boolean first) {
    return switch (error(event)) {
      case "ABORTED" -> first ? "given up here" : null; // since a connect was over
      case "UPGRADE_DECLINED" -> declined(event.getInt("status"));
      case "REQUEST_REFUSED" -> refused(event);
      case "BAD_SEC_ACCEPT" -> "the answer is to somebody else's key";
      case "BAD_HTTP_MESSAGE" ->
          says(event, "looks like TLS") ? "the peer speaks TLS here" : "the peer speaks no HTTP";
      case "HEAD_TOO_LARGE" -> "the peer's head has no end";
      case "BAD_ORIGIN" -> "a page from elsewhere";
      case "BAD_SEC_VERSION" -> "another version of WebSocket";
      case "BAD_METHOD" -> "no GET";
      case "UNEXPECTED_SUBPROTOCOL" -> "a sub-protocol that nobody offered";
      case "TIMEOUT" -> "the peer says nothing";
      case "CLOSED" -> "the peer left without a word";
      case "EOF" -> "the peer left in the midst of it";
      case "RESET" -> "the peer broke off";
      case "CLIENT_CERTIFICATE_REQUIRED" -> "the server wants another certificate of us";
      case "PEER_ALERT" -> // TLS 1.3 tells a client so late
          says(event, "certificate")
              ? "the server wants another certificate of us"
              : "the peer does not like our TLS";
      default -> unknown(event);
    };
  }

  private static String declined(int status) {
    return switch (status) {
      case 401 -> "the server wants credentials";
      case 403 -> "the server forbids it";
      case 404 -> "the server does not know the path";
      case 426 -> "the server wants another version";
      case 429, 503 -> "the server has enough";
      default -> status < 300 ? "no WebSocket is served there" : "the server answers " + status;
    };
  }

  private static String refused(RecordedEvent event) {
    if (says(event, "the server has enough")) {
      return says(event, "of this address")
          ? "this address has enough connections"
          : "enough connections";
    }
    return "the application answers " + event.getInt("status");
  }

  // ---- the end of an open one

  private static String close(RecordedEvent event) {
    String error = error(event);
    if (error == null) {
      if (event.getInt("code") == 1000) {
        return null; // as it should be
      }
      boolean here = event.getString("role").equals(event.getString("initiator"));
      return (here ? "we said " + event.getString("sent") : "told " + event.getString("received"));
    }
    return switch (error) {
      case "TIMEOUT" -> late(event);
      case "ABORTED" -> "aborted here";
      case "MESSAGE_TOO_BIG" -> "a message is longer than allowed";
      case "BAD_FRAME_PAYLOAD" -> "text that is not UTF-8";
      case "BAD_COMPRESSED_PAYLOAD" -> "compressed data is corrupt";
      case "BAD_RESERVED_BITS" -> "reserved bits are set";
      case "BAD_UNMASKED_FRAME" -> "a frame without a mask";
      case "BAD_MASKED_FRAME" -> "a frame with a mask";
      case "BAD_OPCODE" -> "a kind of frame that does not exist";
      case "BAD_CLOSE_CODE" -> "a close code that must not be sent";
      case "CALLBACK_FAILED" -> "our own code threw";
      case "EOF" -> "the peer's stream ended without a goodbye";
      case "TRUNCATED" -> "TLS ended without a goodbye";
      case "RESET" -> "the connection was reset";
      default -> unknown(event);
    };
  }

  private static String late(RecordedEvent event) {
    if (says(event, "after a ping")) {
      return "the peer does not answer pings";
    }
    if (says(event, "being written")) {
      return "the peer takes nothing";
    }
    if (says(event, "closing handshake")) {
      return "the peer does not answer our goodbye";
    }
    if (says(event, "a message has taken longer")) {
      return "a message trickles in";
    }
    return says(event, "nothing was received") ? "silence" : unknown(event);
  }

  private static String unknown(RecordedEvent event) {
    return "? " + error(event) + " " + event.getString("message");
  }

  // ---- what distinguishes it

  /** Returns what the file has of an event, without what is another one each time. */
  static String fingerprint(RecordedEvent event) {
    StringBuilder text = new StringBuilder(name(event));
    for (String field :
        List.of("role", "layer", "error", "condition", "status", "code", "initiator", "sent")) {
      add(text, event, field);
    }
    add(text, event, "received");
    add(text, event, "transport");
    if (event.hasField("message") && event.getString("message") != null) {
      text.append(" '").append(firstWords(event.getString("message"))).append('\'');
    }
    return text.toString();
  }

  private static void add(StringBuilder text, RecordedEvent event, String field) {
    if (event.hasField(field) && event.getValue(field) != null) {
      text.append(' ').append(field).append('=').append(Objects.toString(event.getValue(field)));
    }
  }

  private static String firstWords(String message) {
    String known = message.replaceAll("127\\.0\\.0\\.1:\\d+", "ADDRESS");
    return known.substring(0, Math.min(48, known.length()));
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsError;
import io.plywire.tls.TlsException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/**
 * Says what an exception of an engine means. What happened stands in the types of its causes where
 * there are any; alerts and the rest in the words of each engine, which its adapter knows.
 */
final class Failures {
  private static final int MAX_CAUSES = 16;
  private static final String TOO_LONG = "Handshake message length exceeds the maximum";

  private final EngineAdapter adapter;
  private final boolean client;
  private final @Nullable String host;

  Failures(EngineAdapter adapter, boolean client, @Nullable String host) {
    this.adapter = adapter;
    this.client = client;
    this.host = host;
  }

  TlsException of(Throwable thrown, boolean handshaking) {
    List<Throwable> causes = causes(thrown);
    for (Throwable cause : causes) {
      if (cause instanceof TlsException known) {
        return known;
      }
    }
    // The certificate first: an engine may wrap it in the alert that it is about to send.
    TlsException certificate = certificate(causes, thrown);
    if (certificate != null) {
      return certificate;
    }
    for (Throwable cause : causes) {
      int alert = adapter.peerAlert(cause);
      if (alert != Alerts.NONE) {
        return new TlsException(
            Alerts.received(alert, handshaking), alert, received(alert, handshaking), thrown);
      }
    }
    for (Throwable cause : causes) {
      TlsError reason =
          cause instanceof AEADBadTagException
              ? TlsError.BAD_RECORD
              : adapter.reason(cause, handshaking);
      if (reason != null) {
        return new TlsException(reason, explain(reason) + ": " + explained(cause), thrown);
      }
    }
    if (handshaking && thrown instanceof RuntimeException) {
      String message =
          "the TLS handshake failed: what "
              + (client ? "the server" : "the client")
              + " sent was too much for the engine ("
              + adapter.name()
              + "), which has thrown "
              + thrown;
      return new TlsException(TlsError.HANDSHAKE_FAILED, message, thrown);
    }
    return handshaking
        ? new TlsException(
            TlsError.HANDSHAKE_FAILED, "the TLS handshake failed: " + explained(thrown), thrown)
        : new TlsException(TlsError.ENGINE, "the TLS engine failed: " + text(thrown), thrown);
  }

  /** The JDK's engine and BouncyCastle's have the same limit, and take it from the same place. */
  private String explained(Throwable cause) {
    String text = text(cause);
    if (!EngineAdapter.says(text, "The size of the handshake message", TOO_LONG)) {
      return text;
    }
    return "a message of "
        + (client ? "the server" : "the client")
        + " is longer than this engine takes, most likely for its certificates; the system"
        + " property jdk.tls.maxHandshakeMessageSize is the limit in bytes: "
        + text;
  }

  private String received(int alert, boolean handshaking) {
    String meaning =
        switch (alert) {
          case 40, 70, 71 -> ": it found nothing acceptable in what we offered";
          case 42, 43, 44, 45, 46, 48 -> ": it does not accept our certificate";
          case 116 -> ": it requires a certificate from us";
          case 120 -> ": it has none of the application protocols we offered";
          case 112 -> ": it serves no host of the name " + host;
          default -> "";
        };
    return (client ? "the server" : "the client")
        + " ended the "
        + (handshaking ? "TLS handshake" : "connection")
        + " with the alert "
        + Alerts.name(alert)
        + meaning;
  }

  private @Nullable TlsException certificate(List<Throwable> causes, Throwable thrown) {
    Throwable found = null;
    for (Throwable cause : causes) {
      if (cause instanceof CertificateExpiredException
          || cause instanceof CertificateNotYetValidException
          || (cause instanceof CertPathValidatorException path
              && (path.getReason() == BasicReason.EXPIRED
                  || path.getReason() == BasicReason.NOT_YET_VALID))) {
        return failure(TlsError.CERTIFICATE_EXPIRED, " is not valid at this time: ", cause, thrown);
      }
      if (cause instanceof CertificateException || cause instanceof CertPathValidatorException) {
        found = cause;
      }
    }
    if (found == null) {
      return null;
    }
    for (Throwable cause : causes) {
      if (cause instanceof CertificateException && isHostName(text(cause))) {
        return failure(TlsError.HOST_NAME_MISMATCH, " is not for " + host + ": ", cause, thrown);
      }
    }
    return failure(TlsError.CERTIFICATE_UNTRUSTED, " is not trusted: ", found, thrown);
  }

  private TlsException failure(TlsError error, String what, Throwable cause, Throwable thrown) {
    String whose = client ? "the server's certificate" : "the client's certificate";
    return new TlsException(error, whose + what + text(cause), thrown);
  }

  /** The JDK's and BouncyCastle's checks of names throw nothing more special than this. */
  private static boolean isHostName(String message) {
    return EngineAdapter.says(
        message,
        HostNameException.MARK,
        "No subject alternative",
        "No name matching",
        "Illegal given domain name",
        "No name found",
        "Hostname or IP address is undefined");
  }

  private String explain(TlsError reason) {
    return switch (reason) {
      case NOT_TLS -> "the peer does not speak TLS";
      case NO_COMMON_PARAMETERS -> "no protocol version, cipher suite or group in common";
      case NO_APPLICATION_PROTOCOL -> "no application protocol in common";
      case CERTIFICATE_UNTRUSTED ->
          client
              ? "the server's certificate is not trusted"
              : "the client's certificate is not trusted";
      case CERTIFICATE_EXPIRED -> "the peer's certificate is not valid at this time";
      case CLIENT_CERTIFICATE_REQUIRED -> "the client showed no certificate, and one is required";
      case BAD_RECORD -> "a record cannot be decrypted or is malformed";
      case RENEGOTIATION_REFUSED -> "the peer wants to renegotiate";
      case PROTOCOL -> "the peer broke the TLS protocol";
      case HANDSHAKE_FAILED -> "the TLS handshake failed";
      default -> "the TLS engine failed";
    };
  }

  private static String text(Throwable thrown) {
    String message = thrown.getMessage();
    return message == null ? thrown.getClass().getSimpleName() : message.strip();
  }

  private static List<Throwable> causes(Throwable thrown) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable t = thrown; t != null && causes.size() < MAX_CAUSES; t = t.getCause()) {
      causes.add(t);
    }
    return causes;
  }
}

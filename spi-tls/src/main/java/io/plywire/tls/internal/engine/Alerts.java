// SPDX-License-Identifier: Apache-2.0
package io.plywire.tls.internal.engine;

import io.plywire.tls.TlsError;
import java.util.Map;

/** Numbers and names of alerts (RFC 8446, section 6), and what one that the peer sent means. */
final class Alerts {
  static final int NONE = -1;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(0, "close_notify"),
          Map.entry(10, "unexpected_message"),
          Map.entry(20, "bad_record_mac"),
          Map.entry(21, "decryption_failed"),
          Map.entry(22, "record_overflow"),
          Map.entry(30, "decompression_failure"),
          Map.entry(40, "handshake_failure"),
          Map.entry(41, "no_certificate"),
          Map.entry(42, "bad_certificate"),
          Map.entry(43, "unsupported_certificate"),
          Map.entry(44, "certificate_revoked"),
          Map.entry(45, "certificate_expired"),
          Map.entry(46, "certificate_unknown"),
          Map.entry(47, "illegal_parameter"),
          Map.entry(48, "unknown_ca"),
          Map.entry(49, "access_denied"),
          Map.entry(50, "decode_error"),
          Map.entry(51, "decrypt_error"),
          Map.entry(70, "protocol_version"),
          Map.entry(71, "insufficient_security"),
          Map.entry(80, "internal_error"),
          Map.entry(86, "inappropriate_fallback"),
          Map.entry(90, "user_canceled"),
          Map.entry(100, "no_renegotiation"),
          Map.entry(109, "missing_extension"),
          Map.entry(110, "unsupported_extension"),
          Map.entry(112, "unrecognized_name"),
          Map.entry(113, "bad_certificate_status_response"),
          Map.entry(115, "unknown_psk_identity"),
          Map.entry(116, "certificate_required"),
          Map.entry(120, "no_application_protocol"));

  private Alerts() {}

  static String name(int alert) {
    return NAMES.getOrDefault(alert, "unknown") + " (" + alert + ")";
  }

  /** Returns the number of a name, or {@link #NONE}. */
  static int number(String name) {
    for (Map.Entry<Integer, String> entry : NAMES.entrySet()) {
      if (entry.getValue().equals(name)) {
        return entry.getKey();
      }
    }
    return NONE;
  }

  /** Returns what it means that the peer sent a fatal alert. */
  static TlsError received(int alert, boolean handshaking) {
    return switch (alert) {
      case 40, 70, 71 -> handshaking ? TlsError.NO_COMMON_PARAMETERS : TlsError.PEER_ALERT;
      case 116 -> TlsError.CLIENT_CERTIFICATE_REQUIRED;
      case 120 -> TlsError.NO_APPLICATION_PROTOCOL;
      default -> TlsError.PEER_ALERT;
    };
  }

  /** Returns what it means that our own engine sends a fatal alert. */
  static TlsError sent(int alert, boolean handshaking) {
    return switch (alert) {
      case 10, 47, 50, 51, 109, 110 -> TlsError.PROTOCOL;
      case 20, 21, 22 -> TlsError.BAD_RECORD;
      case 40, 70, 71 -> handshaking ? TlsError.NO_COMMON_PARAMETERS : TlsError.PROTOCOL;
      case 42, 43, 44, 46, 48 -> TlsError.CERTIFICATE_UNTRUSTED;
      case 45 -> TlsError.CERTIFICATE_EXPIRED;
      case 100 -> TlsError.RENEGOTIATION_REFUSED;
      case 116 -> TlsError.CLIENT_CERTIFICATE_REQUIRED;
      case 120 -> TlsError.NO_APPLICATION_PROTOCOL;
      default -> handshaking ? TlsError.HANDSHAKE_FAILED : TlsError.ENGINE;
    };
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.proxy.ProxyException;
import io.plywire.stream.ErrorCondition;
import io.plywire.stream.OperationException;
import io.plywire.stream.StreamError;
import io.plywire.stream.StreamException;
import io.plywire.tls.TlsException;
import io.plywire.transport.Endpoint;
import io.plywire.websocket.UpgradeResponse;
import io.plywire.websocket.WebSocketException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What somebody may do about a connect that has failed. */
final class Advice {
  private static final String OVER_TLS = "the server may expect TLS: try ";

  private Advice() {}

  /**
   * Returns what to do, in words that may follow a semicolon; empty if there is nothing to say.
   *
   * @param stage where it failed
   * @param error why
   * @param endpoint whom it had to do with
   */
  static String of(String stage, IOException error, Endpoint endpoint) {
    if (error instanceof ProxyException proxy) {
      return ofProxy(proxy, endpoint);
    }
    if (error instanceof TlsException tls) {
      return stage.equals(Stages.PROXY_TLS) ? ofProxyTls(tls) : ofTls(tls, endpoint);
    }
    if (error instanceof WebSocketException refused) {
      return ofUpgrade(refused, endpoint);
    }
    if (error instanceof StreamException stream) {
      String known = ofConnecting(stream.error());
      if (!known.isEmpty()) {
        return known;
      }
    }
    return error instanceof OperationException broken
        ? ofSilence(stage, broken.condition(), endpoint)
        : "";
  }

  private static String ofConnecting(StreamError error) {
    return switch (error) {
      case UNRESOLVED ->
          "check how the host is spelled; if only a proxy can look it up, give the proxy by --proxy";
      case REFUSED -> "nobody listens there: check host and port, and that the server runs";
      case UNREACHABLE -> "there is no way to it from here: check network, VPN and firewall";
      default -> "";
    };
  }

  private static String ofSilence(String stage, ErrorCondition condition, Endpoint endpoint) {
    boolean late = condition == ErrorCondition.TIMEOUT;
    if (!late && condition != ErrorCondition.CONNECTION_LOST) {
      return "";
    }
    return switch (stage) {
      case Stages.RESOLVE -> "check the name service, or give it more time by --timeout";
      case Stages.CONNECT ->
          "a firewall may swallow what is sent: check host and port, or give it more time by"
              + " --timeout";
      case Stages.PROXY_TLS -> "the proxy may do without TLS: try http:// in --proxy";
      case Stages.TLS -> "the server may do without TLS: try " + schemed(endpoint, false);
      case Stages.UPGRADE ->
          endpoint.secure()
              ? "check that a WebSocket server is behind this URL"
              : OVER_TLS + schemed(endpoint, true);
      default ->
          late
              ? "the proxy does not answer: check that it is one, and of this kind"
              : "check that it is a proxy of this kind";
    };
  }

  private static String ofProxy(ProxyException e, Endpoint endpoint) {
    return switch (e.error()) {
      case AUTHENTICATION, NEW_CONNECTION_NEEDED ->
          e.credentialsSent()
              ? "check the name and the password in --proxy, percent-encoded"
              : "give name and password: --proxy http://USER:PASSWORD@HOST:PORT";
      case REFUSED ->
          "have the proxy allow "
              + endpoint.address()
              + " port "
              + endpoint.port()
              + ", or go without it: --no-proxy";
      case UNREACHABLE -> "the proxy is fine: check host and port of the server";
      default -> "check that it is a proxy of this kind: http, https, socks5 or socks4a";
    };
  }

  private static String ofProxyTls(TlsException e) {
    return switch (e.error()) {
      case NOT_TLS -> "the proxy does without TLS: try http:// in --proxy";
      case CERTIFICATE_UNTRUSTED -> "if you trust its issuer, give that by --proxy-ca FILE";
      default -> "this is TLS with the proxy, not with the server";
    };
  }

  private static String ofTls(TlsException e, Endpoint endpoint) {
    return switch (e.error()) {
      case NOT_TLS -> "the server does without TLS at this port: try " + schemed(endpoint, false);
      case CERTIFICATE_UNTRUSTED -> "if you trust its issuer, give that by --ca FILE";
      case CERTIFICATE_EXPIRED -> "have the server's certificate renewed, and check this clock";
      case HOST_NAME_MISMATCH ->
          "use a name that the certificate has, or have it made out for this one";
      case CLIENT_CERTIFICATE_REQUIRED -> clientCertificate();
      case PEER_ALERT -> wantsCertificate(e.alert()) ? clientCertificate() : "";
      case NO_COMMON_PARAMETERS -> "try another --tls-engine, and ask what the server offers";
      default -> "";
    };
  }

  /** The alerts about certificates (RFC 8446 section 6.2). */
  private static boolean wantsCertificate(int alert) {
    return alert == 116 || (alert >= 42 && alert <= 46) || alert == 48;
  }

  private static String clientCertificate() {
    return "give a certificate that the server accepts by --cert FILE --key FILE";
  }

  private static String ofUpgrade(WebSocketException e, Endpoint endpoint) {
    UpgradeResponse response = e.response();
    if (response != null && response.status() != 101) {
      return ofStatus(response, endpoint);
    }
    boolean tls = String.valueOf(e.getMessage()).contains("looks like TLS");
    return tls && !endpoint.secure() ? OVER_TLS + schemed(endpoint, true) : "";
  }

  private static String ofStatus(UpgradeResponse response, Endpoint endpoint) {
    int status = response.status();
    String location = field(response, "Location");
    if (status >= 300 && status < 400 && location != null) {
      return "it has moved to " + location + ": connect there, or use --follow";
    }
    return switch (status) {
      case 401 -> unauthorized(field(response, "WWW-Authenticate"));
      case 403 -> "check the credentials and, if the server looks at it, -H 'Origin: ...'";
      case 404, 410 -> "check the path of the URL: " + OneLine.of(endpoint.target());
      case 407 -> "a proxy on the way wants to know who we are: give it by --proxy";
      case 426 -> upgradeRequired(response);
      case 400 ->
          !endpoint.secure() && response.bodyText().contains("HTTPS")
              ? OVER_TLS + schemed(endpoint, true)
              : "check the path, and that what is between passes Upgrade and Connection on";
      case 429, 503 -> later(field(response, "Retry-After"));
      case 502, 504 -> "the gateway does not reach the server behind it: ask who runs it";
      default ->
          status < 300
              ? "this is a page, no WebSocket: check the path, and that what is between passes"
                  + " Upgrade and Connection on"
              : "";
    };
  }

  private static String unauthorized(@Nullable String asked) {
    return "give credentials"
        + (asked == null ? "" : " for " + asked)
        + ": -H 'Authorization: ...', or -H @FILE";
  }

  private static String upgradeRequired(UpgradeResponse response) {
    String version = field(response, "Sec-WebSocket-Version");
    String upgrade = field(response, "Upgrade");
    return "the server wants "
        + (upgrade == null ? "another protocol" : upgrade)
        + (version == null ? "" : " of version " + version)
        + "; check that what is between passes Upgrade and Connection on";
  }

  private static String later(@Nullable String after) {
    return "try again later" + (after == null ? "" : ", Retry-After: " + after);
  }

  private static @Nullable String field(UpgradeResponse response, String name) {
    String value = response.fields().first(name);
    return value == null ? null : OneLine.cut(OneLine.of(value), 120);
  }

  private static String schemed(Endpoint endpoint, boolean secure) {
    return new Endpoint(
            endpoint.transport(), secure, endpoint.address(), endpoint.port(), endpoint.target())
        .toString();
  }
}

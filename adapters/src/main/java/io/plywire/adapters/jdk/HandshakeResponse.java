// SPDX-License-Identifier: Apache-2.0
package io.plywire.adapters.jdk;

import io.plywire.websocket.HttpFields;
import io.plywire.websocket.UpgradeResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLSession;

/** A server's answer to the handshake, as the JDK shows answers; its body is a text. */
final class HandshakeResponse implements HttpResponse<String> {
  private final URI uri;
  private final int status;
  private final HttpHeaders headers;
  private final String body;

  HandshakeResponse(URI uri, UpgradeResponse response) {
    this.uri = uri;
    this.status = response.status();
    this.body = response.bodyText();
    Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (HttpFields.Field field : response.fields()) {
      fields.computeIfAbsent(field.name(), name -> new ArrayList<>()).add(field.value());
    }
    this.headers = HttpHeaders.of(fields, (name, value) -> true);
  }

  @Override
  public int statusCode() {
    return status;
  }

  /**
   * Returns what was asked for. Requests of the JDK know {@code http} and {@code https} only, so
   * one over another transport is shown as if it had gone to this host.
   */
  @Override
  public HttpRequest request() {
    String text = uri.toString();
    boolean known =
        "ws".equalsIgnoreCase(uri.getScheme()) || "wss".equalsIgnoreCase(uri.getScheme());
    return HttpRequest.newBuilder(
            URI.create(known ? "http" + text.substring(2) : "http://localhost/"))
        .build();
  }

  @Override
  public Optional<HttpResponse<String>> previousResponse() {
    return Optional.empty();
  }

  @Override
  public HttpHeaders headers() {
    return headers;
  }

  @Override
  public String body() {
    return body;
  }

  @Override
  public Optional<SSLSession> sslSession() {
    return Optional.empty();
  }

  @Override
  public URI uri() {
    return uri;
  }

  @Override
  public HttpClient.Version version() {
    return HttpClient.Version.HTTP_1_1;
  }

  @Override
  public String toString() {
    return "(" + uri + ") " + status;
  }
}

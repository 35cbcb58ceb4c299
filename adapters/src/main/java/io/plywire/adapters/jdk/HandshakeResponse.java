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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    Map<String, List<String>> fields = new LinkedHashMap<>();
    for (HttpFields.Field field : response.fields()) {
      fields.computeIfAbsent(field.name(), name -> new ArrayList<>()).add(field.value());
    }
    this.headers = headers(fields);
  }

  private static HttpHeaders headers(Map<String, List<String>> fields) {
    Map<String, List<String>> byName = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    fields.forEach((name, values) -> byName.merge(name, values, HandshakeResponse::both));
    return HttpHeaders.of(byName, (name, value) -> true);
  }

  private static List<String> both(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  @Override
  public int statusCode() {
    return status;
  }

  /** Returns what was asked for; requests of the JDK know {@code http} and {@code https} only. */
  @Override
  public HttpRequest request() {
    String text = uri.toString();
    return HttpRequest.newBuilder(
            URI.create(text.regionMatches(true, 0, "ws", 0, 2) ? "http" + text.substring(2) : text))
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

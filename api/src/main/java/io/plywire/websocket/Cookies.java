// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.transport.Endpoint;
import java.io.IOException;
import java.net.CookieHandler;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends cookies and keeps them, by the application's handler (RFC 6265). */
final class Cookies {
  private static final Logger log = LoggerFactory.getLogger(Cookies.class);

  private final CookieHandler handler;

  Cookies(CookieHandler handler) {
    this.handler = handler;
  }

  /** Returns the URI by which handlers know a place. */
  private static URI uri(Endpoint endpoint) {
    return URI.create(
        (endpoint.secure() ? "https://" : "http://") + endpoint.hostField() + endpoint.target());
  }

  private static boolean hasCookies(Endpoint endpoint) {
    return endpoint.transport().equals("ws");
  }

  /** Adds what is kept for an endpoint behind what the request has already. */
  void addTo(HttpFields fields, Endpoint endpoint) {
    if (!hasCookies(endpoint)) {
      return;
    }
    List<String> all = new ArrayList<>(fields.all("Cookie"));
    try {
      handler
          .get(uri(endpoint), Map.of())
          .forEach(
              (name, values) -> {
                if (name.equalsIgnoreCase("Cookie")) {
                  all.addAll(values);
                }
              });
    } catch (IOException e) {
      log.warn("Cookies for {} could not be had: {}", endpoint, e.toString());
    }
    if (!all.isEmpty()) {
      fields.set("Cookie", String.join("; ", all));
    }
  }

  /** Keeps what an endpoint has answered. */
  void keep(Endpoint endpoint, UpgradeResponse response) {
    List<String> set = response.fields().all("Set-Cookie");
    if (set.isEmpty() || !hasCookies(endpoint)) {
      return;
    }
    try {
      handler.put(uri(endpoint), Map.of("Set-Cookie", set));
    } catch (IOException e) {
      log.warn("Cookies of {} could not be kept: {}", endpoint, e.toString());
    }
  }
}

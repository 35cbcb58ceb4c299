// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.layers.internal.FieldReader;
import io.plywire.layers.internal.IpText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields apart in which proxies tell of clients. What cannot be read becomes a client
 * that is not known, so that whoever goes backwards stops there.
 */
final class ForwardedParser {
  private static final String BLANKS = " \t";

  private final FieldReader field;

  private ForwardedParser(String text) {
    this.field = new FieldReader(text);
  }

  // ---- Forwarded

  /** Returns the elements of all fields, in their order. */
  static List<ForwardedClient> standard(List<String> values) {
    List<ForwardedClient> elements = new ArrayList<>();
    for (String value : values) {
      List<ForwardedClient> some = new ForwardedParser(value).elements();
      if (some == null) {
        elements.add(unreadable(value));
      } else {
        elements.addAll(some);
      }
    }
    return elements;
  }

  /**
   * Returns the elements of a field, or null if it is malformed: then no comma is sure to be one.
   */
  private @Nullable List<ForwardedClient> elements() {
    List<ForwardedClient> elements = new ArrayList<>();
    do {
      field.skip(BLANKS);
      if (!field.isAtEnd() && field.peek() != ',') { // lists may have empty elements
        ForwardedClient element = element();
        if (element == null) {
          return null;
        }
        elements.add(element);
      }
    } while (field.take(','));
    return field.isAtEnd() ? elements : null;
  }

  private @Nullable ForwardedClient element() {
    String node = null;
    String proto = null;
    String host = null;
    boolean by = false;
    do {
      field.skip(BLANKS);
      if (field.isAtEnd() || field.peek() == ',') {
        break; // a semicolon at the end, as some write it
      }
      String name = field.token();
      String value = !name.isEmpty() && field.take('=') ? field.value() : null;
      if (value == null) {
        return null;
      }
      boolean first;
      switch (name.toLowerCase(Locale.ROOT)) {
        case "for" -> {
          first = node == null;
          node = value;
        }
        case "proto" -> {
          first = proto == null;
          proto = value;
        }
        case "host" -> {
          first = host == null;
          host = value;
        }
        case "by" -> {
          first = !by;
          by = true;
        }
        default -> first = true; // an extension
      }
      if (!first) {
        return null;
      }
      field.skip(BLANKS);
    } while (field.take(';'));
    return new ForwardedClient(
        node == null ? null : address(node), node == null ? "unknown" : node, proto, host);
  }

  // ---- X-Forwarded-For

  /** Returns the elements of all fields, in their order. */
  static List<ForwardedClient> customary(Function<? super String, List<String>> fields) {
    String proto = only(fields, "X-Forwarded-Proto");
    String host = only(fields, "X-Forwarded-Host");
    List<ForwardedClient> elements = new ArrayList<>();
    for (String value : fields.apply("X-Forwarded-For")) {
      for (String part : value.split(",", -1)) {
        String node = part.strip();
        if (!node.isEmpty()) {
          elements.add(new ForwardedClient(address(node), node, proto, host));
        }
      }
    }
    return elements;
  }

  private static @Nullable String only(Function<? super String, List<String>> fields, String name) {
    List<String> values = fields.apply(name);
    return values.size() == 1 && !values.get(0).isEmpty() && values.get(0).indexOf(',') < 0
        ? values.get(0)
        : null;
  }

  // ---- both

  private static ForwardedClient unreadable(String value) {
    return new ForwardedClient(null, value, null, null);
  }

  /** Returns an address with or without a port, or null if it is none. */
  private static @Nullable InetSocketAddress address(String node) {
    String host = node;
    String port = "";
    if (node.startsWith("[")) {
      int end = node.indexOf(']');
      if (end < 0 || (end + 1 < node.length() && node.charAt(end + 1) != ':')) {
        return null;
      }
      host = node.substring(1, end);
      if (host.indexOf(':') < 0) {
        return null; // brackets are for IPv6
      }
      port = node.substring(end + 1);
    } else if (node.indexOf(':') == node.lastIndexOf(':') && node.indexOf(':') >= 0) {
      host = node.substring(0, node.indexOf(':'));
      port = node.substring(node.indexOf(':'));
    }
    byte[] bytes = IpText.parse(host);
    if (bytes == null) {
      return null;
    }
    InetAddress address = IpText.address(bytes);
    if (port.isEmpty() || port.startsWith(":_")) { // a made-up port says nothing
      return new InetSocketAddress(address, 0);
    }
    int number = IpText.number(port.substring(1), 0xffff);
    return number < 0 ? null : new InetSocketAddress(address, number);
  }
}

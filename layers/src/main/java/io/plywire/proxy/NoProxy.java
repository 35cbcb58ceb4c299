// SPDX-License-Identifier: Apache-2.0
package io.plywire.proxy;

import io.plywire.layers.internal.IpBlock;
import io.plywire.layers.internal.IpText;
import java.net.IDN;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The targets that are reached without a proxy. Nobody is asked for the address of a name. */
final class NoProxy {
  private final String text;
  private final boolean everything;
  private final List<Entry> entries;

  /**
   * Names or addresses.
   *
   * @param block addresses; null for names
   * @param name in ASCII and lower case
   * @param port null for all ports
   */
  private record Entry(@Nullable IpBlock block, String name, @Nullable Integer port) {
    boolean has(String host, byte @Nullable [] address, int port) {
      if (this.port != null && this.port != port) {
        return false;
      }
      return block == null
          ? host.equals(name) || host.endsWith("." + name)
          : address != null && block.contains(address);
    }
  }

  private NoProxy(String text, boolean everything, List<Entry> entries) {
    this.text = text;
    this.everything = everything;
    this.entries = entries;
  }

  static NoProxy parse(String text) {
    List<Entry> entries = new ArrayList<>();
    boolean everything = false;
    for (String each : text.split("[,\\s]+", -1)) {
      everything |= each.equals("*");
      if (!each.isEmpty()) {
        entries.add(entry(each));
      }
    }
    return new NoProxy(text.strip(), everything, List.copyOf(entries));
  }

  private static Entry entry(String text) {
    IpBlock whole = IpBlock.find(text); // an IPv6 address is full of colons
    if (whole != null) {
      return new Entry(whole, "", null);
    }
    int colon = text.lastIndexOf(':');
    int port = colon < 0 ? -1 : IpText.number(text.substring(colon + 1), 0xffff);
    String host = port < 0 ? text : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    return new Entry(IpBlock.find(host), name(host), port < 0 ? null : port);
  }

  private static String name(String host) {
    String name = host.startsWith("*.") ? host.substring(2) : host;
    name = withoutDotAtEnd(name.startsWith(".") ? name.substring(1) : name);
    try {
      name = IDN.toASCII(name, IDN.ALLOW_UNASSIGNED);
    } catch (RuntimeException e) {
      // it stays as it is, and no host has such a name
    }
    return name.toLowerCase(Locale.ROOT);
  }

  private static String withoutDotAtEnd(String name) {
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /**
   * Returns whether a target is one of them.
   *
   * @param host its name, or its address without brackets
   * @param port its port
   */
  boolean has(String host, int port) {
    String name = withoutDotAtEnd(host.toLowerCase(Locale.ROOT));
    byte[] written = IpText.parse(host);
    byte[] address = written == null ? null : IpText.address(written).getAddress();
    return everything || entries.stream().anyMatch(each -> each.has(name, address, port));
  }

  @Override
  public String toString() {
    return entries.isEmpty() ? "none" : text;
  }
}

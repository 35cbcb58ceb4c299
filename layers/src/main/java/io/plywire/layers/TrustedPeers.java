// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import io.plywire.layers.internal.IpBlock;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whom to believe what it says about the addresses of others: the balancers in front of a server.
 * Whoever else can reach the port could pretend to be anybody.
 *
 * {@snippet :
 * TrustedPeers balancers = TrustedPeers.of("10.0.0.0/8", "2001:db8:7::/48", "192.0.2.17");
 * }
 *
 * <p>Immutable, apart from what a predicate does.
 */
public final class TrustedPeers {
  private static final TrustedPeers EVERYBODY = new TrustedPeers("everybody", address -> true);
  private static final TrustedPeers UNIX =
      new TrustedPeers("Unix-domain sockets", UnixDomainSocketAddress.class::isInstance);

  private final String text;
  private final Predicate<@Nullable SocketAddress> predicate;

  private TrustedPeers(String text, Predicate<@Nullable SocketAddress> predicate) {
    this.text = text;
    this.predicate = predicate;
  }

  /**
   * Trusts peers with certain addresses.
   *
   * @param blocks addresses, and blocks of addresses such as {@code 10.0.0.0/8}; no names
   * @throws IllegalArgumentException if one of them is neither, or has bits after its prefix
   */
  public static TrustedPeers of(String... blocks) {
    List<IpBlock> parsed = new ArrayList<>();
    for (String block : blocks) {
      parsed.add(IpBlock.parse(block));
    }
    return new TrustedPeers(
        String.join(", ", blocks),
        address -> {
          if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return false;
          }
          byte[] bytes = inet.getAddress().getAddress();
          return parsed.stream().anyMatch(block -> block.contains(bytes));
        });
  }

  /** Trusts peers on Unix-domain sockets, which the rights of the socket's file let in. */
  public static TrustedPeers unixSockets() {
    return UNIX;
  }

  /**
   * Trusts everybody: for a port that nobody but balancers can reach, such as one on the loopback
   * interface, and for transports without addresses.
   */
  public static TrustedPeers everybody() {
    return EVERYBODY;
  }

  /**
   * Trusts whom a predicate accepts.
   *
   * @param name what it stands for, for messages
   * @param predicate is asked on the executor of the stream, so it must not block; a peer without
   *     an address is not trusted and it is not asked
   */
  public static TrustedPeers matching(String name, Predicate<? super SocketAddress> predicate) {
    Objects.requireNonNull(predicate, "predicate");
    return new TrustedPeers(
        Objects.requireNonNull(name, "name"),
        address -> address != null && predicate.test(address));
  }

  /**
   * Trusts others as well.
   *
   * @param others who is trusted besides
   */
  public TrustedPeers or(TrustedPeers others) {
    Objects.requireNonNull(others, "others");
    return new TrustedPeers(
        text + ", " + others.text, address -> trusts(address) || others.trusts(address));
  }

  /**
   * Returns whether a peer is trusted.
   *
   * @param address its address, or null if that is not known
   */
  public boolean trusts(@Nullable SocketAddress address) {
    return predicate.test(address);
  }

  /** Names who is trusted. */
  @Override
  public String toString() {
    return text.isEmpty() ? "nobody" : text;
  }
}

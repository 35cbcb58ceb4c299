// SPDX-License-Identifier: Apache-2.0
package io.plywire.layers;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the client of a request that has come through proxies that speak HTTP. Each of them tells
 * in a field of the request from whom it has it; the last one to add is the one that is connected.
 * A client may have written anything into the same field before, so only what trusted proxies have
 * added is believed: from the connection's own address backwards, as long as each is trusted.
 *
 * {@snippet :
 * ForwardedFields fields = ForwardedFields.standard(TrustedPeers.of("10.0.0.0/8"));
 * ForwardedClient client = fields.client(request.fields()::all, peer.remoteAddress());
 * }
 *
 * <p>Which field it is has to be said. Proxies write one of them and pass the other on as it came,
 * so whoever takes what there is takes what the client has made up.
 *
 * <p>Immutable, apart from what {@link TrustedPeers} do.
 */
public final class ForwardedFields {
  private enum Form {
    STANDARD,
    CUSTOMARY
  }

  private final Form form;
  private final TrustedPeers trusted;

  private ForwardedFields(Form form, TrustedPeers trusted) {
    this.form = form;
    this.trusted = Objects.requireNonNull(trusted, "trusted");
  }

  /**
   * Reads {@code Forwarded}.
   *
   * @param trusted the proxies
   * @see <a href="https://www.rfc-editor.org/rfc/rfc7239">RFC 7239</a>
   */
  public static ForwardedFields standard(TrustedPeers trusted) {
    return new ForwardedFields(Form.STANDARD, trusted);
  }

  /**
   * Reads {@code X-Forwarded-For}, and {@code X-Forwarded-Proto} and {@code X-Forwarded-Host} if
   * they stand there once, with one value: the proxy that is connected has to set those, since
   * nothing shows who did.
   *
   * @param trusted the proxies
   */
  public static ForwardedFields customary(TrustedPeers trusted) {
    return new ForwardedFields(Form.CUSTOMARY, trusted);
  }

  /**
   * Finds the client of a request.
   *
   * @param fields gives the values of a field of the request, in their order, by its name, whose
   *     case does not matter; none for one that is not there
   * @param peer the address of the connection, or null if that is not known
   * @return the peer itself if it is not trusted, or says nothing of others; else the first one,
   *     going backwards, that is no trusted proxy
   */
  public ForwardedClient client(
      Function<? super String, List<String>> fields, @Nullable SocketAddress peer) {
    ForwardedClient client = direct(peer);
    if (!trusted.trusts(peer)) {
      return client;
    }
    List<ForwardedClient> told =
        form == Form.STANDARD
            ? ForwardedParser.standard(fields.apply("Forwarded"))
            : ForwardedParser.customary(fields);
    for (int i = told.size() - 1; i >= 0; i--) {
      client = told.get(i);
      if (!client.isKnown() || !trusted.trusts(client.address())) {
        break;
      }
    }
    return client;
  }

  private static ForwardedClient direct(@Nullable SocketAddress peer) {
    return new ForwardedClient(
        peer instanceof InetSocketAddress inet ? inet : null,
        peer == null ? "unknown" : peer.toString(),
        null,
        null);
  }

  @Override
  public String toString() {
    return (form == Form.STANDARD ? "Forwarded" : "X-Forwarded-For") + " by " + trusted;
  }
}

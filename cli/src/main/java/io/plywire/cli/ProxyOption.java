// SPDX-License-Identifier: Apache-2.0
package io.plywire.cli;

import io.plywire.proxy.Proxy;
import io.plywire.proxy.ProxySelection;
import io.plywire.proxy.TunnelOptions;
import io.plywire.tls.TlsConfig;
import io.plywire.tls.TlsConfigException;
import io.plywire.tls.TlsContext;
import io.plywire.tls.TlsOptions;
import io.plywire.transport.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The proxy that a client goes through. What is said about it never quotes its URL. */
final class ProxyOption {
  private static final String ENVIRONMENT = "env";

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec spec;

  @Option(
      names = "--proxy",
      paramLabel = "URL|env",
      description =
          "Go through a proxy: http://USER:PASSWORD@HOST:PORT, https://, socks5:// or socks4a://;"
              + " 'env' takes it from HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, which do not"
              + " count otherwise.")
  private @Nullable String proxy;

  @Option(
      names = "--no-proxy",
      description = "Go without one, which is the default, whatever --proxy says.")
  private boolean none;

  @Option(
      names = "--proxy-ca",
      paramLabel = "FILE",
      description =
          "Trust the certificates in this file, in PEM form, and nobody else, for an https proxy.")
  private @Nullable Path authorities;

  /**
   * Returns by which ways endpoints are reached.
   *
   * @param endpoint what the user wants to talk to
   * @param environment where variables are found
   * @param timeout how long the proxy may take
   * @throws CommandFailure if the file is no good
   */
  ProxySelection selection(Endpoint endpoint, Map<String, String> environment, Duration timeout)
      throws CommandFailure {
    TlsContext tls = tls(timeout);
    if (none || proxy == null) {
      return ProxySelection.always(Proxy.direct());
    }
    if (endpoint.port() < 0) {
      throw new ParameterException(
          spec.commandLine(), "--proxy leads to hosts and ports, and " + endpoint + " has none");
    }
    ProxySelection chosen = chosen(proxy, environment);
    return target ->
        chosen.proxiesFor(target).stream().map(each -> with(each, tls, timeout)).toList();
  }

  private ProxySelection chosen(String text, Map<String, String> environment) {
    boolean asked = text.equals(ENVIRONMENT);
    try {
      return asked
          ? ProxySelection.environment(environment)
          : ProxySelection.always(Proxy.parse(text));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(), (asked ? "--proxy env: " : "--proxy: ") + OneLine.of(e), e);
    }
  }

  private static Proxy with(Proxy proxy, TlsContext tls, Duration timeout) {
    return switch (proxy.kind()) {
      case DIRECT -> proxy;
      case HTTPS -> proxy.with(TunnelOptions.TIMEOUT, timeout).with(TlsOptions.CONTEXT, tls);
      default -> proxy.with(TunnelOptions.TIMEOUT, timeout);
    };
  }

  private TlsContext tls(Duration timeout) throws CommandFailure {
    try {
      TlsConfig config = TlsConfig.client().withHandshakeTimeout(timeout);
      return TlsContext.of(authorities == null ? config : config.withTrust(authorities));
    } catch (TlsConfigException e) {
      throw new CommandFailure(ExitCode.TLS, OneLine.of(e), e);
    }
  }
}

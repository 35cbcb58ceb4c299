// SPDX-License-Identifier: Apache-2.0
package io.plywire.conformance.proxy;

import io.plywire.certificates.MadeCertificate;
import io.plywire.conformance.ServerProcess;
import io.plywire.proxy.Proxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The proxies of others, each with the ways to say who one is that it has. Where one asks, it is
 * for {@link #USER} and {@link #PASSWORD}.
 */
enum RealProxy {
  TINYPROXY("tinyproxy", "-v") {
    @Override
    List<String> command(Path folder, InetSocketAddress at, String how) throws IOException {
      String text =
          """
          Listen %s
          Port %d
          Timeout 600
          MaxClients 20
          LogLevel Error
          """
              .formatted(at.getAddress().getHostAddress(), at.getPort());
      String auth = how.equals("basic") ? "BasicAuth " + USER + " " + PASSWORD + "\n" : "";
      return List.of("tinyproxy", "-d", "-c", file(folder, "tinyproxy.conf", text + auth));
    }

    @Override
    Proxy at(InetSocketAddress address, String how) {
      return Proxy.http(address.getAddress().getHostAddress(), address.getPort());
    }
  },

  SQUID("squid", "-v") {
    @Override
    List<String> command(Path folder, InetSocketAddress at, String how) throws IOException {
      String port = at.getAddress().getHostAddress() + ":" + at.getPort();
      String listen = "http_port " + port;
      if (how.equals("tls")) {
        // Its library does not take keys of curves as the JDK writes them.
        MadeCertificate own =
            AUTHORITY.issue(MadeCertificate.Kind.RSA, at.getAddress().getHostAddress());
        String pem = file(folder, "proxy.pem", own.chainPem() + own.keyPem());
        listen = "https_port " + port + " tls-cert=" + pem + " tls-key=" + pem;
      }
      String check =
          """
          while read -r line; do
            if [ "$line" = "%s %s" ]; then echo OK; else echo ERR; fi
          done
          """
              .formatted(USER, PASSWORD);
      String auth =
          switch (how) {
            case "basic" ->
                "auth_param basic program /bin/sh "
                    + file(folder, "basic.sh", check)
                    + "\nauth_param basic children 1\nauth_param basic realm door\n";
            case "digest" ->
                "auth_param digest program /usr/lib/squid/digest_file_auth "
                    + file(folder, "digest.txt", USER + ":" + PASSWORD + "\n")
                    + "\nauth_param digest children 1\nauth_param digest realm door\n";
            default -> "";
          };
      String text =
          """
          %s
          %s
          access_log none
          cache_log /dev/null
          pid_filename none
          cache deny all
          pinger_enable off
          shutdown_lifetime 0 seconds
          coredump_dir /
          visible_hostname door.example
          hosts_file %s
          %s
          http_access allow %s
          http_access deny all
          """
              .formatted(
                  listen,
                  auth,
                  file(folder, "hosts", "127.0.0.1 " + KNOWN_BY_SQUID + "\n"),
                  auth.isEmpty() ? "" : "acl known proxy_auth REQUIRED",
                  auth.isEmpty() ? "all" : "known");
      return List.of("squid", "-N", "-d", "1", "-f", file(folder, "squid.conf", text));
    }

    @Override
    Proxy at(InetSocketAddress address, String how) {
      return how.equals("tls")
          ? Proxy.https(address.getAddress().getHostAddress(), address.getPort())
          : Proxy.http(address.getAddress().getHostAddress(), address.getPort());
    }
  },

  MICROSOCKS("microsocks", "-V") {
    @Override
    boolean isInstalled() throws InterruptedException {
      return ServerProcess.isInstalled("sh", "-c", "command -v microsocks"); // no option is enough
    }

    @Override
    List<String> command(Path folder, InetSocketAddress at, String how) {
      String host = at.getAddress().getHostAddress();
      String port = Integer.toString(at.getPort());
      return how.equals("user")
          ? List.of("microsocks", "-i", host, "-p", port, "-u", USER, "-P", PASSWORD)
          : List.of("microsocks", "-i", host, "-p", port);
    }

    @Override
    Proxy at(InetSocketAddress address, String how) {
      return Proxy.socks5(address.getAddress().getHostAddress(), address.getPort());
    }
  },

  DANTE("danted", "-v") {
    @Override
    List<String> command(Path folder, InetSocketAddress at, String how) throws IOException {
      String text =
          """
          logoutput: stderr
          internal: %s port = %d
          external: lo
          clientmethod: none
          socksmethod: none
          user.unprivileged: %s
          client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
          socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }
          """
              .formatted(
                  at.getAddress().getHostAddress(),
                  at.getPort(),
                  System.getProperty("user.name").equals("root")
                      ? "nobody"
                      : System.getProperty("user.name"));
      return List.of("danted", "-f", file(folder, "danted.conf", text));
    }

    @Override
    Proxy at(InetSocketAddress address, String how) {
      String host = address.getAddress().getHostAddress();
      return how.equals("4a")
          ? Proxy.socks4a(host, address.getPort())
          : Proxy.socks5(host, address.getPort());
    }
  };

  static final MadeCertificate AUTHORITY = MadeCertificate.authority("proxies");

  static final String USER = "alice";
  static final String PASSWORD = "sesame";

  /** A name that nobody else knows. */
  static final String KNOWN_BY_SQUID = "server.example";

  private final String[] version;

  RealProxy(String... version) {
    this.version = version;
  }

  boolean isInstalled() throws InterruptedException {
    return ServerProcess.isInstalled(version);
  }

  /** Writes what it needs and returns its command line. */
  abstract List<String> command(Path folder, InetSocketAddress at, String how) throws IOException;

  /** Returns the proxy for clients, who are nobody in particular. */
  abstract Proxy at(InetSocketAddress address, String how);

  /** Starts one and waits until it listens. */
  ServerProcess start(Path folder, String how) throws Exception {
    return ServerProcess.start(folder, address -> command(folder, address, how));
  }

  /** Writes a file that the user of such a proxy can read, too. */
  static String file(Path folder, String name, String text) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path file = Files.writeString(folder.resolve(name), text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    return file.toString();
  }
}

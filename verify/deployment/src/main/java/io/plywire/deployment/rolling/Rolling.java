// SPDX-License-Identifier: Apache-2.0
package io.plywire.deployment.rolling;

import io.plywire.deployment.process.Haproxy;
import io.plywire.deployment.process.Lateness;
import io.plywire.deployment.process.Look;
import io.plywire.deployment.process.Patience;
import io.plywire.deployment.process.Proc;
import io.plywire.deployment.process.ServerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/** One run, from the first process to the verdict. */
final class Rolling implements AutoCloseable {
  private static final List<String> NAMES = List.of("a", "b");
  private static final int AT_ONCE = 200; // clients that connect at the same time
  private static final int WARM_UP =
      1_000_000; // the numbers of other clients than those that count
  private static final int SECOND_WAVE = 2_000_000;

  /** What a JVM opens when it is used for the first time, jars above all. */
  private static final int OPENED_LATER = 8;

  private final Plan plan;
  private final Path folder;
  private final PrintWriter out;
  private final Lateness lateness = Lateness.watch();
  private final Map<String, ServerProcess> servers = new LinkedHashMap<>();
  private final Map<String, StoringServer.Plan> places = new LinkedHashMap<>();
  private final List<Path> journals = new ArrayList<>();
  private final List<Restart> restarts = new ArrayList<>();
  private final List<Caller.Account> accounts = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private final Haproxy haproxy;

  private Rolling(Plan plan, Path folder, PrintWriter out)
      throws IOException, InterruptedException {
    this.plan = plan;
    this.folder = folder;
    this.out = out;
    Map<String, InetSocketAddress> addresses = new LinkedHashMap<>();
    try {
      for (String name : NAMES) {
        String host = Haproxy.ownLoopback(2);
        start(
            name,
            new StoringServer.Plan(host, 0, folder, plan.spread(), plan.deadline(), plan.fault()));
        addresses.put(name, new InetSocketAddress(host, port(name)));
      }
      haproxy = Haproxy.start(folder, addresses);
    } catch (IOException | InterruptedException e) {
      servers.values().forEach(ServerProcess::close);
      throw e;
    }
  }

  /**
   * Runs and tells.
   *
   * @param folder for files, empty
   * @return what was wrong
   */
  static List<String> run(Plan plan, Path folder, PrintWriter out) throws Exception {
    try (Rolling rolling = new Rolling(plan, folder, out)) {
      return rolling.run();
    }
  }

  private int port(String name) {
    return Integer.parseInt(server(name).listening());
  }

  private ServerProcess server(String name) {
    ServerProcess server = servers.get(name);
    if (server == null) {
      throw new IllegalStateException("there is no server " + name);
    }
    return server;
  }

  private void start(String name, StoringServer.Plan place)
      throws IOException, InterruptedException {
    Path journal = folder.resolve("journal-" + journals.size());
    StoringServer.Plan own =
        new StoringServer.Plan(
            place.host(), place.port(), journal, place.spread(), place.deadline(), place.fault());
    ServerProcess server =
        ServerProcess.start(
            StoringServer.class,
            List.of("-Xmx256m"),
            folder.resolve("server-" + name + ".log"),
            own.arguments());
    servers.put(name, server);
    journals.add(journal);
    int port = Integer.parseInt(server.listening());
    places.put(
        name,
        new StoringServer.Plan(
            own.host(), port, journal, own.spread(), own.deadline(), own.fault()));
  }

  private List<String> run() throws Exception {
    await("both servers are up", this::allUp, () -> 0);
    wave(1, WARM_UP, false);
    Proc before = Proc.self();
    Proc balancer = Proc.of(haproxy.pid());
    wave(plan.clients(), 0, true);
    back("this process", before.descriptors(), () -> Proc.self().descriptors());
    back("HAProxy", balancer.descriptors(), () -> Proc.of(haproxy.pid()).descriptors());
    Map<String, Look> looks = new LinkedHashMap<>();
    for (String name : NAMES) {
      back("server " + name + " (connections)", 0, () -> server(name).look().connections());
      looks.put(name, server(name).look());
    }
    wave(plan.clients() / 10 + 2, SECOND_WAVE, false);
    for (String name : NAMES) {
      Look first = Objects.requireNonNull(looks.get(name));
      back("server " + name, first.descriptors(), () -> server(name).look().descriptors());
      back("server " + name + " (threads)", first.threads(), () -> server(name).look().threads());
    }
    return verdict();
  }

  private boolean allUp() throws IOException {
    for (String name : NAMES) {
      if (!haproxy.isUp(name)) {
        return false;
      }
    }
    return true;
  }

  /** Lets clients come, restarts the servers if told to, and lets the clients leave. */
  private void wave(int clients, int firstNumber, boolean restarting) throws Exception {
    try (Fleet fleet = new Fleet(plan, firstNumber, haproxy.address())) {
      while (fleet.size() < clients) {
        fleet.add(Math.min(AT_ONCE, clients - fleet.size()));
        await("clients are open", () -> fleet.open() == fleet.size(), fleet::progressed);
      }
      if (restarting) {
        out.println(clients + " clients are open, " + line());
        for (int i = 0; i < plan.rounds(); i++) {
          for (String name : NAMES) {
            restart(name, fleet);
          }
        }
      }
      fleet.end();
      await("clients have left", fleet::allLeft, fleet::progressed);
      accounts.addAll(fleet.accounts());
      complaints.addAll(fleet.complaints());
    }
  }

  private String line() throws IOException {
    return haproxy.sum("scur") + " of them through HAProxy";
  }

  private void restart(String name, Fleet fleet) throws Exception {
    ServerProcess server = server(name);
    Look before = server.look();
    lateness.takeNanos();
    Timeline timeline = new Timeline();
    fleet.restarting(timeline);
    server.terminate();
    Farewell farewell = Farewell.parse(server.awaitEnd());
    await("clients are back", () -> fleet.open() == fleet.size(), fleet::progressed);
    start(name, place(name));
    await("server " + name + " is up", this::allUp, fleet::progressed);
    await("clients are back", () -> fleet.open() == fleet.size(), fleet::progressed);
    Restart restart =
        new Restart(
            name,
            plan.spread(),
            farewell,
            timeline.ends(),
            timeline.reopenings(),
            lateness.takeNanos());
    restarts.add(restart);
    Look after = server(name).look();
    if (after.descriptors() - after.connections()
        > before.descriptors() - before.connections() + OPENED_LATER) {
      complaints.add("server " + name + " has " + after + " and had " + before);
    }
    Report.restart(restart, out);
  }

  private StoringServer.Plan place(String name) {
    StoringServer.Plan place = places.get(name);
    if (place == null) {
      throw new IllegalStateException("there is no server " + name);
    }
    return place;
  }

  private void await(String what, Callable<Boolean> done, Callable<?> progress) throws Exception {
    if (!Patience.await(done, progress)) {
      throw new IOException(
          "in vain waited until " + what + ": " + complaints + "; " + haproxyLog());
    }
  }

  private String haproxyLog() {
    return "the logs are in " + folder;
  }

  private void back(String whose, int before, Callable<Integer> now) throws Exception {
    if (!Patience.await(() -> now.call() <= before, () -> 0)) {
      complaints.add(whose + " has " + now.call() + " and had " + before);
    }
  }

  private List<String> verdict() throws Exception {
    for (String name : NAMES) {
      server(name).terminate();
      server(name).awaitEnd();
    }
    Evidence evidence =
        new Evidence(
            accounts, Journal.countAll(journals.toArray(Path[]::new)), restarts, complaints);
    List<String> findings = Judge.findings(evidence);
    Report.end(evidence, haproxy, findings, out);
    return findings;
  }

  @Override
  public void close() {
    servers.values().forEach(ServerProcess::close);
    haproxy.close();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.plywire.nio.NioEventLoopGroup;
import io.plywire.nio.NioTransport;
import io.plywire.websocket.BlockingWebSocket;
import io.plywire.websocket.WebSocketClient;
import io.plywire.websocket.WebSocketServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Members on several loops come and go at once, and the rooms count them right. */
@Timeout(300)
class ChatOnLoopsTest {
  private static final int VISITORS = 8;
  private static final int VISITS = 30;
  private static final Pattern COUNTED = Pattern.compile("\\* (\\w+) (joined|left), (\\d+) here");

  /** Reads lines until a room has seen all visits, and checks each count against the last. */
  private static List<String> watch(BlockingWebSocket watcher, int visits) throws IOException {
    List<String> lines = new ArrayList<>();
    int here = -1;
    int left = 0;
    while (left < visits) {
      String line = watcher.read().text();
      lines.add(line);
      Matcher counted = COUNTED.matcher(line);
      if (counted.matches()) {
        int now = Integer.parseInt(counted.group(3));
        boolean joined = counted.group(2).equals("joined");
        assertThat(now).as(line).isEqualTo(here < 0 ? now : here + (joined ? 1 : -1));
        here = now;
        left += joined ? 0 : 1;
      }
    }
    return lines;
  }

  private static void visit(WebSocketClient client, String room, String name) throws IOException {
    for (int i = 0; i < VISITS; i++) {
      try (BlockingWebSocket ws = client.connect(room + name)) {
        assertThat(ws.read().text()).startsWith("* " + name + " joined, ");
        ws.write("line " + i);
        String line;
        do {
          line = ws.read().text();
        } while (!line.equals(name + ": line " + i));
      }
    }
  }

  @Test
  void countsAreRightAndOrderIsTheSameForAll() throws Exception {
    ChatServer chat = new ChatServer((token, answer) -> answer.accept(true));
    ExecutorService threads = Executors.newCachedThreadPool();
    NioEventLoopGroup group = new NioEventLoopGroup(4);
    try (group) {
      NioTransport transport = new NioTransport(group);
      WebSocketServer server =
          chat.listen(
              WebSocketServer.builder().transport(transport).options(ChatServer.options()),
              "ws://127.0.0.1:0/");
      WebSocketClient client = WebSocketClient.builder().transport(transport).build();
      String rooms = server.endpoint() + "rooms/";
      BlockingWebSocket first = client.connect(rooms + "a?name=first");
      BlockingWebSocket second = client.connect(rooms + "a?name=second");
      assertThat(second.read().text()).isEqualTo("* second joined, 2 here");
      Future<List<String>> seen = threads.submit(() -> watch(first, VISITORS / 2 * VISITS));
      Future<List<String>> same = threads.submit(() -> watch(second, VISITORS / 2 * VISITS));
      List<Future<?>> visitors = new ArrayList<>();
      for (int i = 0; i < VISITORS; i++) {
        String room = rooms + (i % 2 == 0 ? "a" : "b" + i / 4) + "?name=";
        String name = "v" + i;
        visitors.add(
            threads.submit(
                () -> {
                  visit(client, room, name);
                  return null;
                }));
      }
      for (Future<?> visitor : visitors) {
        visitor.get();
      }
      List<String> lines = seen.get();
      assertThat(lines.subList(2, lines.size())).isEqualTo(same.get());
      assertThat(lines.get(lines.size() - 1)).endsWith("left, 2 here");
      first.close();
      second.close();
      ChatServer.end(server);
    } finally {
      threads.shutdownNow();
      threads.awaitTermination(1, TimeUnit.MINUTES);
    }
    assertThat(group.awaitTermination(Duration.ofSeconds(60))).isTrue(); // every handler has run
    assertThat(chat.rooms()).isZero();
  }
}

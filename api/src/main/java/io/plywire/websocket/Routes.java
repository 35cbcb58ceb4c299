// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.websocket.internal.protocol.PathTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Sends requests on by their path: a small table, for a server with a page, a health check and a
 * few kinds of WebSockets. Immutable.
 *
 * {@snippet :
 * Routes routes =
 *     Routes.none()
 *         .page("/health", opening -> opening.reply(Reply.text(200, "ok\n")))
 *         .webSocket("/rooms/{room}", opening -> enter(opening.parameter("room"), opening));
 * }
 *
 * <p>A template is a path; a piece of it in braces stands for any piece that is not empty. A path
 * without braces goes before templates, and these go in the order they were given. A path that
 * nothing fits is answered with 404, and one that only fits a WebSocket with 426 if none is asked
 * for.
 */
public final class Routes implements RequestHandler {
  private record Route(PathTemplate path, boolean upgrade, RequestHandler handler) {}

  private static final Routes NONE = new Routes(List.of());

  private final List<Route> routes; // paths before templates

  private Routes(List<Route> routes) {
    this.routes = routes;
  }

  /** Returns a table in which nothing is found. */
  public static Routes none() {
    return NONE;
  }

  /**
   * Returns a table with one more path for requests that ask for no WebSocket.
   *
   * @param path a path or a template, such as {@code /health}
   * @param handler what decides about them; see {@link Opening#reply}
   * @throws IllegalArgumentException if it is no template, or the same stands in the table
   */
  public Routes page(String path, RequestHandler handler) {
    return with(path, false, handler);
  }

  /**
   * Returns a table with one more path for requests that ask for a WebSocket.
   *
   * @param path a path or a template, such as <code>/rooms/{room}</code>
   * @param handler what decides about them
   * @throws IllegalArgumentException if it is no template, or the same stands in the table
   */
  public Routes webSocket(String path, RequestHandler handler) {
    return with(path, true, handler);
  }

  private Routes with(String path, boolean upgrade, RequestHandler handler) {
    Route added =
        new Route(PathTemplate.of(path), upgrade, Objects.requireNonNull(handler, "handler"));
    for (Route route : routes) {
      if (route.upgrade() == upgrade && route.path().fitsTheSameAs(added.path())) {
        throw new IllegalArgumentException(path + " fits the same as " + route.path());
      }
    }
    List<Route> all = new ArrayList<>(routes);
    long exact = all.stream().filter(route -> route.path().isExact()).count();
    all.add(added.path().isExact() ? (int) exact : all.size(), added);
    return new Routes(List.copyOf(all));
  }

  @Override
  public void requested(Opening opening) {
    String path = opening.request().rawPath();
    boolean elsewhere = false;
    for (Route route : routes) {
      Map<String, String> parameters = route.path().match(path);
      if (parameters != null && route.upgrade() == opening.isUpgrade()) {
        route.handler().requested(opening.with(parameters));
        return;
      }
      elsewhere |= parameters != null;
    }
    opening.reply(elsewhere && !opening.isUpgrade() ? Reply.upgradeRequired() : Reply.notFound());
  }

  @Override
  public String toString() {
    return routes.stream()
        .map(route -> (route.upgrade() ? "WebSocket " : "") + route.path())
        .collect(Collectors.joining(", ", "Routes[", "]"));
  }
}

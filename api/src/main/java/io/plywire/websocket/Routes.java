// SPDX-License-Identifier: Apache-2.0
package io.plywire.websocket;

import io.plywire.websocket.internal.protocol.PathTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

  private final List<Route> routes;

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
    List<Route> all = new ArrayList<>(routes);
    for (Route route : routes) {
      if (route.upgrade() == upgrade && route.path().fitsTheSameAs(added.path())) {
        throw new IllegalArgumentException(path + " fits the same as " + route.path());
      }
    }
    all.add(added);
    return new Routes(List.copyOf(all));
  }

  @Override
  public void requested(Opening opening) {
    String path = opening.request().rawPath();
    Route found = null;
    Map<String, String> parameters = Map.of();
    boolean otherwise = false;
    for (Route route : routes) {
      if (found != null && (found.path().isExact() || !route.path().isExact())) {
        continue;
      }
      Map<String, String> match = route.path().match(path);
      if (match != null && route.upgrade() == opening.isUpgrade()) {
        found = route;
        parameters = match;
      }
      otherwise |= match != null;
    }
    if (found != null) {
      found.handler().requested(opening.with(parameters));
    } else {
      opening.reply(missing(opening.isUpgrade(), otherwise));
    }
  }

  private static Reply missing(boolean upgrade, boolean otherwise) {
    return otherwise && !upgrade ? Reply.upgradeRequired() : Reply.notFound();
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Routes[");
    @Nullable String separator = "";
    for (Route route : routes) {
      text.append(separator).append(route.upgrade() ? "WebSocket " : "").append(route.path());
      separator = ", ";
    }
    return text.append("]").toString();
  }
}

// SPDX-License-Identifier: Apache-2.0
package io.plywire.spi;

import io.plywire.transport.Endpoint;
import java.io.IOException;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What {@link ServiceLoader} finds, which provider is chosen, and why the others are not.
 *
 * <p>For a scheme the choice is: a provider asked for by name; else one named by the system
 * property {@value #TRANSPORT_PROPERTY}, if it serves the scheme; else the one of the highest
 * {@linkplain Provider#priority() priority} among the available, ties going to the first name of
 * the alphabet. What was asked for by name and cannot be had is an error, never replaced.
 *
 * <p>A provider that cannot be loaded, was made for another version of the SPI or is not available
 * here never hides the others: it stands in the {@linkplain #report() report} with the reason.
 *
 * <p>Immutable: it shows what was found when it was made. Providers are looked up in the loader of
 * this class first, then in the context loader of the calling thread; so make it where your classes
 * are visible, not in a callback.
 */
public final class Discovery {
  /** Which of plywire's own modules serves a scheme or is a layer. */
  private static final Map<String, String> OWN_MODULES =
      Map.of(
          "ws", "plywire-spi-nio",
          "ws+unix", "plywire-spi-nio",
          "ws+memory", "plywire-spi-inmemory",
          "tls", "plywire-spi-tls");

  /** Names the transports to be preferred, separated by commas. */
  public static final String TRANSPORT_PROPERTY = "io.plywire.transport";

  /** What became of a provider. */
  public enum Status {
    /** It can be used. */
    AVAILABLE,
    /** It says that it cannot work here. */
    UNAVAILABLE,
    /** It could not be loaded, or misbehaved when it was asked. */
    BROKEN
  }

  /**
   * A line of the report.
   *
   * @param name what the provider calls itself, or the name of its class, or of its descriptor
   * @param type the interface it was found for
   * @param status what became of it
   * @param reason its own words, or what went wrong
   * @param provider the provider, or null if it is broken
   */
  public record Entry(
      String name,
      Class<? extends Provider> type,
      Status status,
      String reason,
      @Nullable Provider provider) {}

  private final List<Entry> entries;
  private final String searched;

  private Discovery(List<Entry> entries, String searched) {
    this.entries =
        entries.stream()
            .sorted(
                Comparator.comparing((Entry e) -> e.type().getSimpleName())
                    .reversed() // transports first
                    .thenComparing(Entry::name))
            .toList();
    this.searched = searched;
  }

  /** Looks in the loader of this class, then in the context loader of the calling thread. */
  public static Discovery load() {
    Set<ClassLoader> loaders = new LinkedHashSet<>();
    for (ClassLoader loader :
        new @Nullable ClassLoader[] {
          Discovery.class.getClassLoader(), Thread.currentThread().getContextClassLoader()
        }) {
      loaders.add(loader == null ? ClassLoader.getSystemClassLoader() : loader);
    }
    return load(loaders);
  }

  /**
   * Looks in the given class loaders.
   *
   * @param loaders in this order
   */
  public static Discovery load(Collection<ClassLoader> loaders) {
    List<Entry> found = new ArrayList<>();
    Set<String> known = new HashSet<>();
    StringBuilder searched = new StringBuilder();
    for (ClassLoader loader : loaders) {
      find(TransportProvider.class, loader, known, found);
      find(LayerProvider.class, loader, known, found);
      searched.append("\n  class loader ").append(loader).append(": ").append(descriptors(loader));
    }
    return new Discovery(found, searched.toString());
  }

  /**
   * Takes the given providers and looks for no others.
   *
   * @param providers transports and layers
   */
  public static Discovery of(Provider... providers) {
    List<Entry> found = new ArrayList<>();
    for (Provider provider : providers) {
      Class<? extends Provider> type =
          provider instanceof TransportProvider ? TransportProvider.class : LayerProvider.class;
      found.add(examine(type, provider));
    }
    return new Discovery(found, "\n  only the providers that were given");
  }

  // ---- what was found

  /** Returns a line for each provider that was found, transports first, then by name. */
  public List<Entry> report() {
    return entries;
  }

  /** Returns every scheme that an available transport serves, in alphabetical order. */
  public Set<String> schemes() {
    Set<String> schemes = new TreeSet<>();
    for (TransportProvider transport : available(TransportProvider.class, t -> true)) {
      schemes.addAll(transport.schemes());
    }
    return schemes;
  }

  /**
   * Chooses the transport for a scheme.
   *
   * @param scheme without security, as in {@link Endpoint#transport()}
   * @throws ProviderException if there is none, or the one that the property names is not available
   */
  public TransportProvider transport(String scheme) {
    for (String name : preferredNames()) {
      TransportProvider named = named(TransportProvider.class, name, TRANSPORT_PROPERTY);
      if (named.schemes().contains(scheme)) {
        return named;
      }
    }
    return best(
        TransportProvider.class,
        transport -> transport.schemes().contains(scheme),
        "transport for the scheme '" + scheme + "'",
        scheme);
  }

  /**
   * Returns the transport of a name.
   *
   * @param name what was asked for
   * @throws ProviderException if there is none, or it is not available
   */
  public TransportProvider transportNamed(String name) {
    return named(TransportProvider.class, name, "the application");
  }

  /**
   * Chooses the provider of a kind of layer.
   *
   * @param layer such as {@code tls}
   * @throws ProviderException if there is none
   */
  public LayerProvider layer(String layer) {
    return best(
        LayerProvider.class,
        provider -> provider.layer().equals(layer),
        "layer '" + layer + "'",
        layer);
  }

  private static List<String> preferredNames() {
    String value = System.getProperty(TRANSPORT_PROPERTY, "");
    return Arrays.stream(value.split(",")).map(String::strip).filter(n -> !n.isEmpty()).toList();
  }

  private <P extends Provider> List<P> available(Class<P> type, Predicate<P> fits) {
    return entries.stream()
        .filter(entry -> entry.status() == Status.AVAILABLE && type.isInstance(entry.provider()))
        .map(entry -> type.cast(entry.provider()))
        .filter(fits)
        .sorted(
            Comparator.comparingInt((P provider) -> -provider.priority())
                .thenComparing(Provider::name))
        .toList();
  }

  private <P extends Provider> P best(
      Class<P> type, Predicate<P> fits, String wanted, String served) {
    List<P> candidates = available(type, fits);
    if (candidates.isEmpty()) {
      String own = OWN_MODULES.get(served);
      throw new ProviderException(
          "no "
              + wanted
              + " is available"
              + (own == null ? "" : "; add " + own + " to the class or module path")
              + "; "
              + this);
    }
    return candidates.get(0);
  }

  private <P extends Provider> P named(Class<P> type, String name, String asker) {
    for (Entry entry : entries) {
      if (entry.name().equals(name) && entry.type() == type) {
        if (entry.status() == Status.AVAILABLE) {
          return type.cast(Objects.requireNonNull(entry.provider()));
        }
        throw new ProviderException(
            "the provider '"
                + name
                + "' that "
                + asker
                + " asks for cannot be used: "
                + entry.reason());
      }
    }
    throw new ProviderException(
        "there is no provider '" + name + "', which " + asker + " asks for; " + this);
  }

  /** Returns the whole report as text of several lines. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("providers found: ");
    if (entries.isEmpty()) {
      text.append("none; add the jar of one, such as plywire-spi-nio, to the class or module path");
    }
    for (Entry entry : entries) {
      text.append("\n  ")
          .append(entry.name())
          .append(" (")
          .append(entry.type().getSimpleName())
          .append("): ")
          .append(entry.status().name().toLowerCase(Locale.ROOT))
          .append(", ")
          .append(entry.reason());
    }
    return text.append("\nsearched:").append(searched).toString();
  }

  // ---- finding

  private static <P extends Provider> void find(
      Class<P> type, ClassLoader loader, Set<String> known, List<Entry> found) {
    Iterator<P> services = ServiceLoader.load(type, loader).iterator();
    // A broken descriptor makes hasNext() throw and a broken provider next(); both go on with the
    // next one when asked again. The bound is for a loader that would throw for ever.
    for (int failures = 0; failures < 100; ) {
      try {
        if (!services.hasNext()) {
          return;
        }
        P provider = services.next();
        if (known.add(type.getName() + " " + provider.getClass().getName())) {
          found.add(examine(type, provider));
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        failures++;
        String reason = message(e);
        if (known.add(type.getName() + " " + reason)) {
          found.add(new Entry(brokenName(reason), type, Status.BROKEN, reason, null));
        }
      }
    }
  }

  /** Takes the class, or the descriptor, out of "the.Type: [Provider ]the.Class what is wrong". */
  private static String brokenName(String reason) {
    String rest = reason.substring(reason.indexOf(": ") + 1).strip();
    String name = rest.startsWith("Provider ") ? rest.substring("Provider ".length()) : rest;
    return name.split(" ", 2)[0];
  }

  private static Entry examine(Class<? extends Provider> type, Provider provider) {
    String name = provider.getClass().getName();
    try {
      name = Objects.requireNonNull(provider.name(), "name()");
      if (provider.spiVersion() != Provider.SPI_VERSION) {
        return new Entry(
            name,
            type,
            Status.BROKEN,
            "made for version "
                + provider.spiVersion()
                + " of the SPI, this is "
                + Provider.SPI_VERSION,
            null);
      }
      Availability availability = provider.availability();
      return new Entry(
          name,
          type,
          availability.available() ? Status.AVAILABLE : Status.UNAVAILABLE,
          availability.reason(),
          provider);
    } catch (RuntimeException | LinkageError e) {
      return new Entry(name, type, Status.BROKEN, message(e), null);
    }
  }

  private static String message(Throwable e) {
    StringBuilder text = new StringBuilder(String.valueOf(e.getMessage()));
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      text.append(": ").append(cause);
    }
    return e instanceof ServiceConfigurationError
        ? text.toString()
        : e.getClass().getName() + ": " + text;
  }

  private static String descriptors(ClassLoader loader) {
    List<URL> urls = new ArrayList<>();
    try {
      for (Class<?> type : List.of(TransportProvider.class, LayerProvider.class)) {
        urls.addAll(Collections.list(loader.getResources("META-INF/services/" + type.getName())));
      }
    } catch (IOException e) {
      return "descriptors cannot be listed: " + e;
    }
    return urls.isEmpty() ? "no descriptors" : "descriptors " + urls;
  }
}

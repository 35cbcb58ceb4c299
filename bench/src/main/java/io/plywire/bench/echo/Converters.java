// SPDX-License-Identifier: Apache-2.0
package io.plywire.bench.echo;

import io.plywire.bench.echo.server.ServerKind;
import io.plywire.bench.echo.wire.Security;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.function.Supplier;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How values of {@link EchoCommand}'s options are read. */
final class Converters {
  private Converters() {}

  static final class ServerNames extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    ServerNames() {
      for (ServerKind kind : ServerKind.values()) {
        add(kind.label());
      }
    }
  }

  static final class ServerConverter implements ITypeConverter<ServerKind> {
    @Override
    public ServerKind convert(String value) {
      return converted(() -> ServerKind.named(value));
    }
  }

  static final class SecurityConverter implements ITypeConverter<Security> {
    @Override
    public Security convert(String value) {
      return converted(() -> Security.named(value));
    }
  }

  static final class CellConverter implements ITypeConverter<Cell> {
    @Override
    public Cell convert(String value) {
      return converted(() -> Cell.parse(value));
    }
  }

  static final class SizeConverter implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      return converted(() -> Cell.parseSize(value));
    }
  }

  static final class JdkConverter implements ITypeConverter<Jdk> {
    @Override
    public Jdk convert(String value) {
      return converted(() -> Jdk.at(Path.of(value)));
    }
  }

  /** Lets picocli say what is wrong, in our words. */
  private static <T> T converted(Supplier<T> conversion) {
    try {
      return conversion.get();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

/**
 * Compression with windows below 32 KiB, by jzlib.
 *
 * <p>jzlib is an automatic module, of the fixed name {@code org.jruby.jzlib}: it works on the
 * module path and on the class path alike, but jlink takes no such module.
 */
@SuppressWarnings("requires-automatic")
module io.plywire.jzlib {
  exports io.plywire.jzlib;

  requires transitive io.plywire;
  requires static org.jspecify;
  requires org.jruby.jzlib;
}

// SPDX-License-Identifier: Apache-2.0

/**
 * The servers: each a small class that echoes binary messages as one writes it who knows the
 * library, on one thread where it lets one choose, and the floors that do less than any of them.
 */
@NullMarked
package io.plywire.bench.echo.server;

import org.jspecify.annotations.NullMarked;

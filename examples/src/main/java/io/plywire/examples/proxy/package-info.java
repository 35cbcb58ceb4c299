// SPDX-License-Identifier: Apache-2.0

/** A client that goes through a proxy; docs/proxies.md quotes it. */
@NullMarked
package io.plywire.examples.proxy;

import org.jspecify.annotations.NullMarked;

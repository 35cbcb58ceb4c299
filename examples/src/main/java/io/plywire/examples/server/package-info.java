// SPDX-License-Identifier: Apache-2.0

/** What the pages about servers quote: decisions, limits, layers, places to listen, the end. */
package io.plywire.examples.server;

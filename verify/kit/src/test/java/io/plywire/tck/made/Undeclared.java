// SPDX-License-Identifier: Apache-2.0
package io.plywire.tck.made;

import io.plywire.tck.broken.BentProvider;

/** Has nothing wrong with it but that nobody can find it. */
public final class Undeclared extends BentProvider {}

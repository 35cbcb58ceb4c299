// SPDX-License-Identifier: Apache-2.0
/** Floods against one server. */
@NullMarked
package io.plywire.deployment.floods;

import org.jspecify.annotations.NullMarked;

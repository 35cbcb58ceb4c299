// SPDX-License-Identifier: Apache-2.0

/** The forms in which a report is written. */
@NullMarked
package io.plywire.tck.internal.report;

import org.jspecify.annotations.NullMarked;

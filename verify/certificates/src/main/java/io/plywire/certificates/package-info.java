// SPDX-License-Identifier: Apache-2.0

/** Certificates for tests and demonstrations. */
@org.jspecify.annotations.NullMarked
package io.plywire.certificates;

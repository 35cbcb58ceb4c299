// SPDX-License-Identifier: Apache-2.0
/**
 * The test kit as a test that kills mutants of the transports: it is quick, and gives up at the
 * first violation.
 */
package io.plywire.mutation;

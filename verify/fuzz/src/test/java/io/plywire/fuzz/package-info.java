// SPDX-License-Identifier: Apache-2.0
/**
 * Fuzz targets, each a class with a method that takes any bytes and demands properties: {@link
 * io.plywire.fuzz.Target} lists them. {@link io.plywire.fuzz.SeedsTest} replays their seeds, {@link
 * io.plywire.fuzz.Campaign} lets Jazzer invent inputs in a JVM of its own.
 */
package io.plywire.fuzz;

// SPDX-License-Identifier: Apache-2.0

/** An application as a user of the module path writes it; see {@code ModulePathTest}. */
module io.plywire.app {
  requires io.plywire;
  requires io.plywire.adapters;
  requires io.plywire.jzlib;
  requires io.plywire.layers;
  requires io.plywire.tls;
}

/** Invariants of graphs. */
@NullMarked
package fp8sim.graph;

import org.jspecify.annotations.NullMarked;

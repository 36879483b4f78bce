/**
 * fp8sim, a simulator of low-precision neural networks. This package is empty: classes are in the
 * rooms that docs/architecture.md describes. Read {@link fp8sim.cli.Main} first to follow a run.
 */
@NullMarked
package fp8sim;

import org.jspecify.annotations.NullMarked;

/**
 * Graph to graph, in three rooms: infer (types, shapes, constants), rewrite (clean-up, and
 * operators that exporters write as patterns) and quantize (where quantizers go). Each imports only
 * those before it; this package itself is empty. Read {@link fp8sim.pass.infer.ShapeInference}
 * first, then {@link fp8sim.pass.rewrite.Passes}.
 */
@NullMarked
package fp8sim.pass;

import org.jspecify.annotations.NullMarked;

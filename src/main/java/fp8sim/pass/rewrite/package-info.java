/**
 * Graph to graph without a change of meaning: cleans up and recognises the operators that exporters
 * write as patterns. Read {@link fp8sim.pass.rewrite.Passes} first, then {@link
 * fp8sim.pass.rewrite.Rewrite}. Imports graph, tensor and pass.infer.
 */
@NullMarked
package fp8sim.pass.rewrite;

import org.jspecify.annotations.NullMarked;

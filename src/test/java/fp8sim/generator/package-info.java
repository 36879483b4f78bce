/**
 * Writes the kernels that differ only in a type, a shape or an operation. Vectors that methods pass
 * to each other would be boxed, so such inner loops must stand in the source once for each case:
 * here each family has one template and one table of its cases. Plain Java; what it writes is
 * committed, and {@link fp8sim.generator.GeneratedKernelsTest} compares both.
 *
 * <p>After a change here, run this with Java 25 from the root of the project and commit what it
 * writes:
 *
 * <pre>java src/test/java/fp8sim/generator/KernelGenerator.java</pre>
 *
 * <p>Read {@link fp8sim.generator.Template} first, then {@link fp8sim.generator.UnaryLoopsSource}
 * as a small family and {@link fp8sim.generator.FloatGemmTileSource} as a large one.
 */
@NullMarked
package fp8sim.generator;

import org.jspecify.annotations.NullMarked;

/**
 * The specification of every operator: plain loops in a fixed order, for all element types of ONNX.
 * Read {@link fp8sim.kernel.reference.ReferenceKernels} first, then {@link
 * fp8sim.kernel.reference.ReferenceConv}. Unlike other backends a run copies its operands to
 * arrays, so that loops read like their formulas. Imports kernel and what it imports, and EJML.
 */
@NullMarked
package fp8sim.kernel.reference;

import org.jspecify.annotations.NullMarked;

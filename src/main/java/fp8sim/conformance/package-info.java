/**
 * ONNX's backend test cases: a model with inputs and expected outputs, and how near to these
 * outputs must be. Read {@link fp8sim.conformance.BackendTestCase} first. Imports engine, model,
 * numerics, tensor and common.
 */
@NullMarked
package fp8sim.conformance;

import org.jspecify.annotations.NullMarked;

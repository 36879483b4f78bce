/**
 * Reads ONNX models: bytes to {@link fp8sim.graph.Graph}. The only package that knows protobuf,
 * opsets and exporter habits. Read {@link fp8sim.onnx.OnnxModel} first, then {@link
 * fp8sim.onnx.OperatorTable}. Imports graph and tensor.
 */
@NullMarked
package fp8sim.onnx;

import org.jspecify.annotations.NullMarked;

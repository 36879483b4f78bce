package fp8sim.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A sound model to be damaged.
 *
 * @param inputs tensors that it is known to run with, in the order of its inputs; may be empty
 */
record Specimen(String name, ModelProto model, List<Tensor> inputs) {
  /** Networks take longer than single nodes, so they are chosen less often. */
  boolean isNetwork() {
    return model.getGraph().getNodeCount() > 30 || model.getSerializedSize() > 50_000;
  }

  /** The types of its known inputs and constants. */
  Set<DataType> types() {
    Set<DataType> types = EnumSet.noneOf(DataType.class);
    inputs.forEach(input -> types.add(input.type()));
    for (TensorProto constant : model.getGraph().getInitializerList()) {
      types.add(DataType.ofOnnxCode(constant.getDataType()));
    }
    return types;
  }
}

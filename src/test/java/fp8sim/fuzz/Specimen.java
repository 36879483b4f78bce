package fp8sim.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import fp8sim.tensor.Tensor;
import java.util.List;

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
}

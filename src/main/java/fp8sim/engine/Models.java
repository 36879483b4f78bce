package fp8sim.engine;

import fp8sim.graph.Graph;
import fp8sim.onnx.OnnxModel;
import fp8sim.onnx.TensorFile;
import fp8sim.tensor.Tensor;
import java.nio.file.Path;

/** Reads models and tensors for the layers above, which know nothing of ONNX. */
public final class Models {
  private Models() {}

  /** Reads a model file; see {@link OnnxModel#read(Path)}. */
  public static Graph read(Path file) {
    return OnnxModel.read(file);
  }

  /** Reads a model from memory; see {@link OnnxModel#read(String, byte[])}. */
  public static Graph read(String name, byte[] bytes) {
    return OnnxModel.read(name, bytes);
  }

  /** As {@link #read(Path)}, for layers that know nothing of graphs. */
  public static ModelGraph open(Path file) {
    return new ModelGraph(read(file));
  }

  /** As {@link #read(String, byte[])}, for layers that know nothing of graphs. */
  public static ModelGraph open(String name, byte[] bytes) {
    return new ModelGraph(read(name, bytes));
  }

  /** Reads a file with one ONNX {@code TensorProto}. */
  public static Tensor readTensor(Path file) {
    return TensorFile.read(file);
  }
}

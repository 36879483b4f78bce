package fp8sim.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import fp8sim.common.Fp8simException;
import fp8sim.graph.Graph;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Reads ONNX models of opset 6 to 28.
 *
 * <p>Weights are not copied: they stay in the memory-mapped model file (or the files of its
 * external data) and are read when they are used. The file must not be changed meanwhile.
 */
public final class OnnxModel {
  private OnnxModel() {}

  /**
   * Reads a model file.
   *
   * @throws Fp8simException (input) if the file cannot be read, is not a valid model, or uses what
   *     fp8sim does not support; then all unsupported nodes are named
   */
  public static Graph read(Path file) {
    String name = file.toString();
    ModelProto model = MappedProto.parse(ModelProto.parser(), MappedProto.map(file), name);
    Path folder = file.toAbsolutePath().getParent();
    return new ModelImporter(name, new TensorReader(new ExternalData(folder))).read(model);
  }

  /**
   * Reads a model from memory, for models that are packed in a jar. External data is refused.
   *
   * @param name where the bytes came from, for messages
   */
  public static Graph read(String name, byte[] bytes) {
    MemorySegment memory = Arena.ofAuto().allocate(bytes.length, 8);
    memory.copyFrom(MemorySegment.ofArray(bytes));
    ModelProto model = MappedProto.parse(ModelProto.parser(), memory.asReadOnly(), name);
    return new ModelImporter(name, new TensorReader(new ExternalData(null))).read(model);
  }
}

package fp8sim.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** ONNX Runtime as the oracle of tests: unoptimised, one thread. */
public final class OnnxRuntime {
  private static final Map<DataType, OnnxJavaType> TYPES =
      Map.of(
          DataType.FLOAT, OnnxJavaType.FLOAT,
          DataType.DOUBLE, OnnxJavaType.DOUBLE,
          DataType.INT64, OnnxJavaType.INT64,
          DataType.INT32, OnnxJavaType.INT32,
          DataType.INT8, OnnxJavaType.INT8,
          DataType.UINT8, OnnxJavaType.UINT8,
          DataType.BOOL, OnnxJavaType.BOOL,
          DataType.FLOAT16, OnnxJavaType.FLOAT16);

  private OnnxRuntime() {}

  /** The model's outputs, in its order. */
  public static List<Tensor> run(byte[] model, Map<String, Tensor> inputs) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> fed = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setIntraOpNumThreads(1);
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        fed.put(input.getKey(), feed(environment, input.getValue()));
      }
      try (OrtSession session = environment.createSession(model, options);
          OrtSession.Result result = session.run(fed)) {
        List<Tensor> outputs = new ArrayList<>();
        for (int i = 0; i < result.size(); i++) {
          outputs.add(tensor((OnnxTensor) result.get(i)));
        }
        return outputs;
      }
    } catch (OrtException e) {
      throw new AssertionError("the oracle refuses the model: " + e.getMessage(), e);
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor feed(OrtEnvironment environment, Tensor tensor) throws OrtException {
    OnnxJavaType type = TYPES.get(tensor.type());
    if (type == null) {
      throw new AssertionError("the oracle is not fed " + tensor.type());
    }
    byte[] bytes = tensor.data().toArray(Tensor.BYTE);
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length).order(ByteOrder.nativeOrder());
    buffer.put(bytes).flip();
    long[] dims = Arrays.stream(tensor.shape().dims()).asLongStream().toArray();
    return OnnxTensor.createTensor(environment, buffer, dims, type);
  }

  private static Tensor tensor(OnnxTensor value) {
    DataType type =
        TYPES.entrySet().stream()
            .filter(entry -> entry.getValue() == value.getInfo().type)
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    Tensor tensor = Tensor.zeros(type, Shape.of(value.getInfo().getShape()));
    tensor.data().copyFrom(MemorySegment.ofBuffer(value.getByteBuffer()));
    return tensor;
  }
}

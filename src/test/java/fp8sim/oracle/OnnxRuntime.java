package fp8sim.oracle;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs models with ONNX Runtime. */
public final class OnnxRuntime {
  private OnnxRuntime() {}

  /**
   * Runs a model once on one thread.
   *
   * @param inputs of the types that ONNX Runtime's Java interface has: not uint16, uint32, uint64,
   *     FP8
   * @return the outputs by name, of the same types
   */
  public static Map<String, Tensor> run(byte[] model, Map<String, Tensor> inputs)
      throws OrtException {
    return runAll(model, List.of(inputs)).getFirst();
  }

  /** As {@link #run}, for several sets of inputs. */
  public static List<Map<String, Tensor>> runAll(byte[] model, List<Map<String, Tensor>> sets)
      throws OrtException {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    List<Map<String, Tensor>> results = new ArrayList<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      try (OrtSession session = environment.createSession(model, options)) {
        for (Map<String, Tensor> inputs : sets) {
          results.add(run(environment, session, inputs));
        }
      }
    }
    return results;
  }

  private static Map<String, Tensor> run(
      OrtEnvironment environment, OrtSession session, Map<String, Tensor> inputs)
      throws OrtException {
    Map<String, OnnxTensor> fed = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        fed.put(input.getKey(), toOnnx(environment, input.getValue()));
      }
      try (OrtSession.Result result = session.run(fed)) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
          outputs.put(output.getKey(), fromOnnx((OnnxTensor) output.getValue()));
        }
        return outputs;
      }
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor toOnnx(OrtEnvironment environment, Tensor tensor) throws OrtException {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect((int) tensor.data().byteSize()).order(ByteOrder.nativeOrder());
    MemorySegment.ofBuffer(bytes).copyFrom(tensor.data());
    long[] dims = new long[tensor.shape().rank()];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = tensor.shape().dim(i);
    }
    OnnxJavaType type = OnnxJavaType.valueOf(tensor.type().name());
    return OnnxTensor.createTensor(environment, bytes, dims, type);
  }

  private static Tensor fromOnnx(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    DataType type = DataType.valueOf(info.type.name());
    Tensor copy = Tensor.zeros(type, Shape.of(info.getShape()));
    copy.data().copyFrom(MemorySegment.ofBuffer(tensor.getByteBuffer()));
    return copy;
  }
}

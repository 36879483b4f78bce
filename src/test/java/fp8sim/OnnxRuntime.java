package fp8sim;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.NullMarked;

/** ONNX Runtime, the oracle of float32 networks: float32 and int64 in, float32 out. */
@NullMarked
public final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  private OnnxRuntime(OrtSession session) {
    this.session = session;
  }

  public static OnnxRuntime open(Path model) throws OrtException {
    try (OrtSession.SessionOptions options = options()) {
      return new OnnxRuntime(
          OrtEnvironment.getEnvironment().createSession(model.toString(), options));
    }
  }

  public static OnnxRuntime open(byte[] model) throws OrtException {
    try (OrtSession.SessionOptions options = options()) {
      return new OnnxRuntime(OrtEnvironment.getEnvironment().createSession(model, options));
    }
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(Runtime.getRuntime().availableProcessors());
    options.addConfigEntry("session.intra_op.allow_spinning", "0");
    return options;
  }

  /** Runs the model once; the outputs are copies. */
  public Map<String, Tensor> run(Map<String, Tensor> inputs) throws OrtException {
    Map<String, OnnxTensor> fed = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        fed.put(input.getKey(), toOnnx(input.getValue()));
      }
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      try (OrtSession.Result result = session.run(fed)) {
        for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
          outputs.put(output.getKey(), floats((OnnxTensor) output.getValue()));
        }
      }
      return outputs;
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor toOnnx(Tensor tensor) throws OrtException {
    long[] shape = Arrays.stream(tensor.shape().dims()).asLongStream().toArray();
    ByteBuffer bytes = tensor.data().asByteBuffer().order(ByteOrder.nativeOrder());
    return switch (tensor.type()) {
      case FLOAT -> OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), shape);
      case INT64 -> OnnxTensor.createTensor(environment, bytes.asLongBuffer(), shape);
      default -> throw new IllegalArgumentException("no input of type " + tensor.type());
    };
  }

  private static Tensor floats(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    FloatBuffer buffer = tensor.getFloatBuffer();
    float[] values = new float[buffer.remaining()];
    buffer.get(values);
    return Tensor.ofFloats(Shape.of(info.getShape()), values);
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}

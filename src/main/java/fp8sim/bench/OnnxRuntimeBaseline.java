package fp8sim.bench;

import fp8sim.common.Fp8simException;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Tensor;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * ONNX Runtime from a jar that the user names, loaded apart and called by reflection: it is no part
 * of fp8sim.
 */
public final class OnnxRuntimeBaseline implements AutoCloseable {
  private final Path jar;
  private final URLClassLoader loader;
  private final Object environment;

  private OnnxRuntimeBaseline(Path jar, URLClassLoader loader) throws ReflectiveOperationException {
    this.jar = jar;
    this.loader = loader;
    environment =
        Objects.requireNonNull(type("OrtEnvironment").getMethod("getEnvironment").invoke(null));
  }

  /**
   * Loads the library.
   *
   * @throws Fp8simException (input) if the file is not ONNX Runtime's jar for this platform
   */
  public static OnnxRuntimeBaseline load(Path jar) {
    if (!Files.isRegularFile(jar)) {
      throw Fp8simException.input("--onnxruntime %s: there is no such file".formatted(jar));
    }
    try {
      URL[] path = {jar.toUri().toURL()};
      return new OnnxRuntimeBaseline(
          jar, new URLClassLoader(path, ClassLoader.getPlatformClassLoader()));
    } catch (IOException | ReflectiveOperationException | LinkageError e) {
      throw failure(jar, e);
    }
  }

  /** A model from a file, on so many threads, with these inputs. */
  Session open(Path model, int threads, Map<String, Tensor> inputs) {
    return open(model.toString(), String.class, threads, inputs);
  }

  /** A model from memory. */
  Session open(byte[] model, int threads, Map<String, Tensor> inputs) {
    return open(model, byte[].class, threads, inputs);
  }

  private Session open(Object model, Class<?> modelType, int threads, Map<String, Tensor> inputs) {
    try {
      Class<?> optionsType = type("OrtSession$SessionOptions");
      Object options = optionsType.getConstructor().newInstance();
      optionsType.getMethod("setIntraOpNumThreads", int.class).invoke(options, threads);
      optionsType.getMethod("setInterOpNumThreads", int.class).invoke(options, 1);
      AutoCloseable session =
          (AutoCloseable)
              Objects.requireNonNull(
                  environment
                      .getClass()
                      .getMethod("createSession", modelType, optionsType)
                      .invoke(environment, model, options));
      Map<String, Object> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
        tensors.put(input.getKey(), tensor(input.getValue()));
      }
      return new Session(jar, session, tensors);
    } catch (ReflectiveOperationException e) {
      throw failure(jar, e);
    }
  }

  private Object tensor(Tensor tensor) throws ReflectiveOperationException {
    ByteBuffer bytes =
        ByteBuffer.allocateDirect((int) tensor.data().byteSize()).order(ByteOrder.nativeOrder());
    bytes.put(tensor.data().asByteBuffer()).flip();
    boolean isFloat = tensor.type() == DataType.FLOAT;
    Buffer values = isFloat ? bytes.asFloatBuffer() : bytes.asLongBuffer();
    Class<?> bufferType = isFloat ? FloatBuffer.class : LongBuffer.class;
    long[] shape = new long[tensor.shape().rank()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = tensor.shape().dim(i);
    }
    return Objects.requireNonNull(
        type("OnnxTensor")
            .getMethod("createTensor", environment.getClass(), bufferType, long[].class)
            .invoke(null, environment, values, shape));
  }

  private Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName("ai.onnxruntime." + name, true, loader);
  }

  private static Fp8simException failure(Path jar, Throwable e) {
    Throwable cause =
        e instanceof InvocationTargetException && e.getCause() != null ? e.getCause() : e;
    return Fp8simException.input("--onnxruntime %s: %s".formatted(jar, cause), e);
  }

  @Override
  public void close() {
    try {
      loader.close();
    } catch (IOException e) {
      throw failure(jar, e);
    }
  }

  /** A loaded model with its inputs. */
  static final class Session implements AutoCloseable {
    private final Path jar;
    private final AutoCloseable session;
    private final Map<String, Object> inputs;
    private final Method method;

    private Session(Path jar, AutoCloseable session, Map<String, Object> inputs)
        throws NoSuchMethodException {
      this.jar = jar;
      this.session = session;
      this.inputs = inputs;
      method = session.getClass().getMethod("run", Map.class);
    }

    /** Runs the model once and drops the results. */
    void run() {
      try (AutoCloseable results = (AutoCloseable) method.invoke(session, inputs)) {
        Objects.requireNonNull(results);
      } catch (Exception e) {
        throw failure(jar, e);
      }
    }

    @Override
    public void close() {
      try {
        session.close();
      } catch (Exception e) {
        throw failure(jar, e);
      }
    }
  }
}

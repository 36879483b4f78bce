package fp8sim.engine;

import fp8sim.graph.Graph;
import fp8sim.onnx.TestModel;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A small network of random layers: two to four convolutions, among them grouped, depthwise and
 * transposed ones, sometimes with a residual sum, then attention or not, then a linear layer.
 */
final class RandomNetwork {
  static final String INPUT = "x";
  static final String OUTPUT = "logits";

  private static final int BATCH = 3;
  private static final int CLASSES = 5;
  private static final int[] CHANNELS = {2, 4, 6, 12, 18};

  private final SplittableRandom random;
  private final TestModel model = new TestModel(17);
  private final List<Integer> shape = new ArrayList<>();
  private String value = INPUT;
  private int names;

  RandomNetwork(long seed) {
    random = new SplittableRandom(seed);
    shape.addAll(List.of(BATCH, pick(CHANNELS), random.nextInt(5, 10), random.nextInt(5, 12)));
    model.input(INPUT, dims());
  }

  /** Adds all layers. */
  Graph build() {
    for (int left = random.nextInt(2, 5); left > 0; left--) {
      switch (random.nextInt(5)) {
        case 0 -> transposed();
        case 1 -> convolution(shape.get(1), shape.get(1));
        default -> grouped();
      }
      activation();
    }
    if (random.nextBoolean()) {
      attention();
    }
    linear();
    return model.output(OUTPUT).read();
  }

  /** Inputs of the network. */
  Tensor input() {
    SplittableRandom numbers = random.split();
    Shape first =
        Shape.of(
            model.graph().getInput(0).getType().getTensorType().getShape().getDimList().stream()
                .mapToInt(dim -> (int) dim.getDimValue())
                .toArray());
    return tensor(numbers, 1, first);
  }

  private void grouped() {
    int channels = shape.get(1);
    int groups = random.nextBoolean() ? 1 : divisor(channels);
    convolution(groups, groups * random.nextInt(1, 1 + 20 / groups));
  }

  private void convolution(int groups, int filters) {
    int[] kernel = {random.nextInt(1, 4), random.nextInt(1, 4)};
    int[] stride = {random.nextInt(1, 3), random.nextInt(1, 3)};
    int[] dilation = {random.nextInt(1, 3), random.nextInt(1, 3)};
    int[] pads = new int[4];
    int[] size = new int[2];
    for (int axis = 0; axis < 2; axis++) {
      int reach = (kernel[axis] - 1) * dilation[axis] + 1;
      int length = shape.get(2 + axis);
      pads[axis] = random.nextInt(reach);
      pads[2 + axis] = Math.max(random.nextInt(reach), reach - length - pads[axis]);
      size[axis] = (length + pads[axis] + pads[2 + axis] - reach) / stride[axis] + 1;
    }
    String weight = weight(filters, shape.get(1) / groups, kernel[0], kernel[1]);
    String before = value;
    String inputs = value + " " + weight + bias(filters);
    value = name();
    model.node(
        "Conv",
        inputs,
        value,
        TestModel.integer("group", groups),
        TestModel.integers("strides", stride[0], stride[1]),
        TestModel.integers("dilations", dilation[0], dilation[1]),
        TestModel.integers("pads", pads[0], pads[1], pads[2], pads[3]));
    List<Integer> result = List.of(BATCH, filters, size[0], size[1]);
    if (result.equals(shape)) {
      String sum = name();
      model.node("Add", value + " " + before, sum);
      value = sum;
    }
    become(result);
  }

  private void transposed() {
    int channels = shape.get(1);
    int groups = divisor(channels);
    int each = random.nextInt(1, 5);
    int kernel = random.nextInt(1, 4);
    int stride = random.nextInt(1, 3);
    int pad = random.nextInt((kernel + 1) / 2);
    String inputs = value + " " + weight(channels, each, kernel, kernel) + bias(groups * each);
    value = name();
    model.node(
        "ConvTranspose",
        inputs,
        value,
        TestModel.integer("group", groups),
        TestModel.integers("strides", stride, stride),
        TestModel.integers("pads", pad, pad, pad, pad));
    become(
        List.of(
            BATCH,
            groups * each,
            (shape.get(2) - 1) * stride + kernel - 2 * pad,
            (shape.get(3) - 1) * stride + kernel - 2 * pad));
  }

  private void activation() {
    if (random.nextInt(3) > 0) {
      String result = name();
      model.node(random.nextBoolean() ? "Relu" : "Sigmoid", value, result);
      value = result;
    }
  }

  /** Channels are tokens; one or two heads. */
  private void attention() {
    int tokens = shape.get(1);
    int width = 4 * random.nextInt(1, 4);
    int heads = random.nextInt(1, 3);
    reshape(BATCH, tokens, shape.get(2) * shape.get(3));
    String source = value;
    String query = head(source, tokens, width, heads, 0, 2, 1, 3);
    String key = head(source, tokens, width, heads, 0, 2, 3, 1);
    String values = head(source, tokens, width, heads, 0, 2, 1, 3);
    String scores = name();
    model.node("MatMul", query + " " + key, scores);
    String scale = name();
    model.scalar(scale, 0.5f);
    String scaled = name();
    model.node("Mul", scores + " " + scale, scaled);
    String probabilities = name();
    model.node("Softmax", scaled, probabilities, TestModel.integer("axis", -1));
    value = name();
    model.node("MatMul", probabilities + " " + values, value);
    become(List.of(BATCH, heads, tokens, width / heads));
  }

  private String head(String source, int tokens, int width, int heads, long... order) {
    String product = name();
    model.node("MatMul", source + " " + weight(shape.get(2), width), product);
    List<Integer> before = List.copyOf(shape);
    value = product;
    reshape(BATCH, tokens, heads, width / heads);
    String result = name();
    model.node("Transpose", value, result, TestModel.integers("perm", order));
    become(before);
    return result;
  }

  private void linear() {
    int width = shape.stream().skip(1).reduce(1, Math::multiplyExact);
    reshape(BATCH, width);
    boolean transposed = random.nextBoolean();
    String weight = transposed ? weight(CLASSES, width) : weight(width, CLASSES);
    model.node(
        "Gemm",
        value + " " + weight + bias(CLASSES),
        OUTPUT,
        TestModel.integer("transB", transposed ? 1 : 0));
  }

  private void reshape(int... dims) {
    String target = name();
    long[] wide = new long[dims.length];
    List<Integer> result = new ArrayList<>();
    for (int i = 0; i < dims.length; i++) {
      wide[i] = dims[i];
      result.add(dims[i]);
    }
    model.longs(target, wide);
    String reshaped = name();
    model.node("Reshape", value + " " + target, reshaped);
    value = reshaped;
    become(result);
  }

  private String bias(int channels) {
    return random.nextBoolean() ? "" : " " + weight(channels);
  }

  /** A constant whose products keep their size. */
  private String weight(int... dims) {
    String name = name();
    Shape of = Shape.of(dims);
    model.initializer(
        name, tensor(random, 1.5 / Math.sqrt(Math.max(1, of.elements() / dims[0])), of));
    return name;
  }

  private static Tensor tensor(SplittableRandom numbers, double deviation, Shape of) {
    float[] values = new float[of.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * numbers.nextGaussian());
    }
    return Tensor.ofFloats(of, values);
  }

  private String name() {
    return "v" + names++;
  }

  private void become(List<Integer> result) {
    List<Integer> copy = List.copyOf(result);
    shape.clear();
    shape.addAll(copy);
  }

  private int[] dims() {
    return shape.stream().mapToInt(Integer::intValue).toArray();
  }

  private int pick(int[] from) {
    return from[random.nextInt(from.length)];
  }

  private int divisor(int of) {
    int divisor = random.nextInt(1, of + 1);
    while (of % divisor != 0) {
      divisor--;
    }
    return divisor;
  }
}

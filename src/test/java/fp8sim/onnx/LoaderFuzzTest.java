package fp8sim.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ai.onnx.proto.OnnxMl.ModelProto;
import fp8sim.common.Fp8simException;
import fp8sim.engine.Backends;
import fp8sim.engine.Blueprint;
import fp8sim.graph.Graph;
import fp8sim.graph.GraphInput;
import fp8sim.numerics.FloatMath;
import fp8sim.numerics.Numerics;
import fp8sim.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damaged models either load or fail with a message for the user. Each model is damaged in a few
 * hundred ways that follow from a seed; a failure names model and seed.
 */
class LoaderFuzzTest {
  private static final int MUTANTS = Integer.getInteger("fp8sim.fuzz.mutants", 150);
  private static final Path FOLDER = Path.of("src", "test", "resources", "networks");

  static List<Path> models() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".onnx") && file.toFile().length() < 400_000)
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void damagedModelsFailWithAMessage(Path file) throws IOException {
    byte[] original = Files.readAllBytes(file);
    for (int seed = 0; seed < MUTANTS; seed++) {
      byte[] damaged = damage(original, new Random(seed));
      try {
        prepare(OnnxModel.read("damaged.onnx", damaged));
      } catch (Fp8simException e) {
        assertThat(e.getMessage()).startsWith("damaged.onnx: ").doesNotContain("\n");
      } catch (RuntimeException | Error e) {
        fail("%s damaged with seed %d".formatted(file, seed), e);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void modelsWithOtherContentsFailWithAMessage(Path file) throws IOException {
    ModelProto original = ModelProto.parseFrom(Files.readAllBytes(file));
    for (int seed = 0; seed < MUTANTS; seed++) {
      Random random = new Random(seed);
      ModelProto.Builder model = original.toBuilder();
      for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
        ProtoMutation.edit(model.getGraphBuilder(), random);
      }
      try {
        prepare(OnnxModel.read("damaged.onnx", model.build().toByteArray()));
      } catch (Fp8simException e) {
        assertThat(e.getMessage()).startsWith("damaged.onnx: ").doesNotContain("\n");
      } catch (RuntimeException | Error e) {
        fail("%s edited with seed %d".formatted(file, seed), e);
      }
    }
  }

  /** All of the pipeline up to the plan. */
  private static void prepare(Graph graph) {
    Map<String, Shape> shapes = new HashMap<>();
    for (GraphInput input : graph.inputs()) {
      int[] dims =
          input.dims().stream()
              .mapToInt(d -> d.isDynamic() ? 1 : Math.min(d.size(), 512))
              .toArray();
      shapes.put(input.name(), Shape.of(dims));
    }
    Numerics numerics = Numerics.float32(FloatMath.SEPARATE);
    Blueprint.of(graph, numerics, Backends.choose("reference"), 1).compile(shapes, Map.of());
  }

  private static byte[] damage(byte[] original, Random random) {
    byte[] bytes = original.clone();
    return switch (random.nextInt(5)) {
      case 0 -> Arrays.copyOf(bytes, random.nextInt(bytes.length));
      case 1 -> {
        flipBits(bytes, 1 + random.nextInt(8), bytes.length, random);
        yield bytes;
      }
      // Structure sits between the weights: flip where there is printable text nearby.
      case 2 -> {
        flipBits(bytes, 1 + random.nextInt(200), bytes.length, random);
        yield bytes;
      }
      case 3 -> {
        editNearText(bytes, random);
        yield bytes;
      }
      default -> cutOut(bytes, random);
    };
  }

  private static void flipBits(byte[] bytes, int count, int limit, Random random) {
    for (int i = 0; i < count; i++) {
      bytes[random.nextInt(limit)] ^= (byte) (1 << random.nextInt(8));
    }
  }

  /** Lengths and field numbers stand just before names: set one to an extreme. */
  private static void editNearText(byte[] bytes, Random random) {
    byte[] extremes = {0, 1, 2, 8, 16, 0x7F, -1, -128};
    for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
      int start = random.nextInt(bytes.length);
      for (int i = start; i < bytes.length - 4; i++) {
        if (isText(bytes[i]) && isText(bytes[i + 1]) && isText(bytes[i + 2])) {
          int position = Math.max(0, i - 1 - random.nextInt(6));
          bytes[position] = extremes[random.nextInt(extremes.length)];
          break;
        }
      }
    }
  }

  private static boolean isText(byte value) {
    return Character.isLetterOrDigit(value) || value == '_' || value == '/';
  }

  private static byte[] cutOut(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length);
    int to = Math.min(bytes.length, from + 1 + random.nextInt(16));
    byte[] shorter = Arrays.copyOf(bytes, bytes.length - (to - from));
    System.arraycopy(bytes, to, shorter, from, bytes.length - to);
    return shorter;
  }
}

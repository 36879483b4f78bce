package fp8sim.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fp8sim.common.Fp8simException;
import fp8sim.common.JsonFields;
import fp8sim.data.SampleFiles;
import fp8sim.npy.Npz;
import fp8sim.tensor.DataType;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreprocessTest {
  static List<String> pipelines() {
    return Npz.names(SampleFiles.file("pipelines.npz")).stream()
        .filter(name -> name.contains("-"))
        .toList();
  }

  /** Resize, CenterCrop, ToTensor and Normalize of torchvision on a PIL image; see golden.py. */
  @ParameterizedTest
  @MethodSource("pipelines")
  void equalsTorchvision(String name) {
    String[] parts = name.split("-", 0);
    Pixels image = SampleFiles.pixels(Npz.read(SampleFiles.file("pipelines.npz"), parts[0]));
    Tensor expected = Npz.read(SampleFiles.file("pipelines.npz"), name);
    Preprocess preprocess =
        read(
            """
            [{"resize": %s, "interpolation": "%s"}, {"centerCrop": %s}, {"divide": 255},
             {"normalize": {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}}]
            """
                .formatted(parts[2], parts[1], parts[3]));

    Tensor actual = preprocess.apply(image).getFirst();

    assertThat(actual.shape()).isEqualTo(expected.shape());
    assertThat(actual.toFloats()).isEqualTo(expected.toFloats());
  }

  @Test
  void arithmeticIsFloat32InTheOrderOfTheSteps() {
    Pixels pixels = new Pixels(1, 1, 2, new byte[] {0, (byte) 200});
    assertThat(apply("[{\"divide\": 127.5}, {\"subtract\": 1}]", pixels))
        .containsExactly(-1f, 200f / 127.5f - 1f);
    assertThat(apply("[{\"subtract\": 83}, {\"multiply\": 0.5847029}]", pixels))
        .containsExactly(-83 * 0.5847029f, 117 * 0.5847029f);
  }

  @Test
  void channelsOfPixelsAndValuesAreSwappedAtTheirPlaceInTheList() {
    String steps =
        "[{\"subtract\": [1, 2, 3]}, {\"channelOrder\": \"bgr\"}, {\"multiply\": [1, 10, 100]}]";
    Pixels pixels = new Pixels(3, 1, 2, new byte[] {11, 12, 22, 23, 33, 34});
    RawSample values =
        new RawSample.Values(Tensor.ofFloats(Shape.of(3, 1, 2), 11, 12, 22, 23, 33, 34));
    float[] expected = {30, 31, 200, 210, 1000, 1100};
    assertThat(apply(steps, pixels)).containsExactly(expected);
    assertThat(apply(steps, values)).containsExactly(expected);
  }

  @Test
  void shapeIsTheLastWord() {
    Pixels pixels = new Pixels(1, 2, 3, new byte[6]);
    Tensor tensor = read("[{\"shape\": [6]}]").apply(pixels).getFirst();
    assertThat(tensor.shape()).isEqualTo(Shape.of(6));
    assertThatThrownBy(() -> read("[{\"shape\": [7]}]").apply(pixels))
        .hasMessage("preprocess shape 7 does not hold a sample of shape 1x2x3");
  }

  @Test
  void everyElementTypeBecomesFloat32() {
    Tensor words = Tensor.zeros(DataType.UINT64, Shape.of(2));
    words.data().setAtIndex(Tensor.LONG, 0, -1L);
    words.data().setAtIndex(Tensor.LONG, 1, 5L);
    assertThat(apply("[]", new RawSample.Values(words))).containsExactly(0x1p64f, 5f);
    Tensor halves = Tensor.zeros(DataType.FLOAT16, Shape.of(1));
    halves.data().setAtIndex(Tensor.SHORT, 0, Float.floatToFloat16(-1.5f));
    assertThat(apply("[]", new RawSample.Values(halves))).containsExactly(-1.5f);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"divide\": 255}, {\"resize\": 8}] | \"preprocess\" has resize or centerCrop after",
        "[{\"divide\": 0}] | \"preprocess[0].divide\" must not be 0",
        "[{\"divide\": \"255\"}] | \"preprocess[0].divide\" must be a number",
        "[{\"scale\": 2}] | \"preprocess[0].scale\" is no preprocessing step",
        "[{\"resize\": [8]}] | \"preprocess[0].resize\" must be a number or [height, width]",
        "[{\"resize\": 0}] | \"preprocess[0].resize\" must be an integer from 1 to 16384",
        "[{\"resize\": 8, \"interpolation\": \"cubic\"}] | \"preprocess[0].interpolation\" is",
        "[{\"normalize\": {\"mean\": 0}}] | \"preprocess[0].normalize.std\" is missing",
        "[{\"subtract\": 1, \"divide\": 2}] | each step is one operation",
        "[{}] | each step is one operation",
        "[{\"shape\": [65536, 65536]}] | more than 2^31-1 elements",
        "{} | must be an array of objects",
      })
  void badStepsAreNamed(String steps, String message) {
    assertThatThrownBy(() -> read(steps))
        .isInstanceOf(Fp8simException.class)
        .hasMessageStartingWith("x.json: ")
        .hasMessageContaining(message);
  }

  @Test
  void pixelStepsNeedPixels() {
    RawSample values = new RawSample.Values(Tensor.ofFloats(Shape.of(1), 0));
    assertThatThrownBy(() -> read("[{\"resize\": 8}]").apply(values))
        .hasMessage("resize and centerCrop need 8-bit pixels, not FLOAT of shape 1");
  }

  private static float[] apply(String steps, RawSample sample) {
    return read(steps).apply(sample).getFirst().toFloats();
  }

  private static Preprocess read(String steps) {
    return PreprocessReader.read(
        JsonFields.parse("x.json", "{\"preprocess\": " + steps + "}"), "preprocess");
  }
}

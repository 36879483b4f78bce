package fp8sim.image;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.data.SampleFiles;
import fp8sim.npy.Npz;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against Pillow's Image.resize, bit for bit; the cases are written by golden.py. */
class ImageResizeTest {
  static List<String> cases() {
    return Npz.names(SampleFiles.file("resize.npz")).stream()
        .filter(name -> name.contains("-"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsPillow(String name) {
    String[] parts = name.split("-", 0);
    Pixels image = SampleFiles.pixels(Npz.read(SampleFiles.file("resize.npz"), parts[0]));
    Pixels expected = SampleFiles.pixels(Npz.read(SampleFiles.file("resize.npz"), name));
    ResizeFilter filter =
        Stream.of(ResizeFilter.values()).filter(f -> f.spelling().equals(parts[1])).findAny().get();

    Pixels actual = ImageResize.resize(image, expected.height(), expected.width(), filter);

    assertThat(actual.data()).isEqualTo(expected.data());
  }
}

package fp8sim.data;

import static java.util.Objects.requireNonNull;

import fp8sim.image.Pixels;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.net.URISyntaxException;
import java.nio.file.Path;

/** Files and values that several tests of this package use. */
public final class SampleFiles {
  private SampleFiles() {}

  /** A file of this package's test resources. */
  public static Path file(String relative) {
    try {
      return Path.of(requireNonNull(SampleFiles.class.getResource(relative), relative).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  public static byte[] bytes(Tensor tensor) {
    return tensor.data().toArray(Tensor.BYTE);
  }

  /** A uint8 tensor [C, H, W] as pixels. */
  public static Pixels pixels(Tensor tensor) {
    Shape shape = tensor.shape();
    return new Pixels(shape.dim(0), shape.dim(1), shape.dim(2), bytes(tensor));
  }
}

package fp8sim.bench;

import fp8sim.common.Fp8simException;
import java.util.ArrayList;
import java.util.List;

/** Sizes of a matrix product {@code [m,k] [k,n]}. */
public record GemmShape(int m, int k, int n) {
  /** A 3x3 convolution of ResNet, a linear layer of ViT, a 1x1 and a square product. */
  private static final List<GemmShape> DEFAULTS =
      List.of(
          new GemmShape(3136, 576, 64),
          new GemmShape(197, 768, 768),
          new GemmShape(196, 1152, 256),
          new GemmShape(256, 256, 256));

  public static List<GemmShape> parseAll(List<String> texts) {
    if (texts.isEmpty()) {
      return DEFAULTS;
    }
    List<GemmShape> shapes = new ArrayList<>();
    for (String text : texts) {
      shapes.add(parse(text));
    }
    return shapes;
  }

  private static GemmShape parse(String text) {
    if (!text.matches("[1-9][0-9]{0,5}x[1-9][0-9]{0,5}x[1-9][0-9]{0,5}")) {
      throw Fp8simException.usage("--shape %s: write it as 197x768x768".formatted(text));
    }
    String[] sizes = text.split("x", 0);
    return new GemmShape(
        Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), Integer.parseInt(sizes[2]));
  }

  double macs() {
    return (double) m * k * n;
  }
}

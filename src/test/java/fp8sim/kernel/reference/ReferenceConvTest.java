package fp8sim.kernel.reference;

import static org.assertj.core.api.Assertions.assertThat;

import fp8sim.graph.Op;
import fp8sim.graph.Window;
import fp8sim.kernel.StepRunner;
import fp8sim.numerics.FloatMath;
import fp8sim.tensor.Shape;
import fp8sim.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conv and ConvTranspose in two dimensions, bit for bit against their sums written out. */
class ReferenceConvTest {
  private static final int GEOMETRIES = 60;

  /** A random convolution {@code [2, groups * channels, height, width]}. */
  private record Geometry(
      int groups,
      int channels,
      int filters,
      int[] size,
      int[] kernel,
      int[] stride,
      int[] dilation,
      int[] pads) {

    static Geometry random(Random random) {
      int[] kernel = {1 + random.nextInt(3), 1 + random.nextInt(3)};
      int[] dilation = {1 + random.nextInt(2), 1 + random.nextInt(2)};
      int[] stride = {1 + random.nextInt(3), 1 + random.nextInt(3)};
      int[] pads = {random.nextInt(2), random.nextInt(2), random.nextInt(3), random.nextInt(3)};
      int[] size = {5 + random.nextInt(6), 5 + random.nextInt(6)};
      int groups = 1 + random.nextInt(3);
      int channels = 1 + random.nextInt(4);
      int filters = 1 + random.nextInt(4);
      return new Geometry(groups, channels, filters, size, kernel, stride, dilation, pads);
    }

    Window window() {
      return new Window(
          boxed(kernel), boxed(stride), boxed(dilation), boxed(pads), Window.AutoPad.NOTSET);
    }

    private static List<Integer> boxed(int[] values) {
      return Arrays.stream(values).boxed().toList();
    }

    int extent(int axis) {
      return (kernel[axis] - 1) * dilation[axis] + 1;
    }

    int convolved(int axis) {
      return (size[axis] + pads[axis] + pads[2 + axis] - extent(axis)) / stride[axis] + 1;
    }

    int transposed(int axis) {
      return (size[axis] - 1) * stride[axis] + extent(axis) - pads[axis] - pads[2 + axis];
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FUSED", "SEPARATE"})
  void convAddsInputChannelThenKernelRowThenKernelColumn(FloatMath floatMath) {
    Random random = new Random(1);
    for (int i = 0; i < GEOMETRIES; i++) {
      Geometry g = Geometry.random(random);
      Tensor x = random(random, 2, g.groups * g.channels, g.size[0], g.size[1]);
      Tensor w = random(random, g.groups * g.filters, g.channels, g.kernel[0], g.kernel[1]);
      Tensor b = random(random, g.groups * g.filters);
      Shape shape = Shape.of(2, g.groups * g.filters, g.convolved(0), g.convolved(1));
      Tensor y =
          StepRunner.of(ReferenceKernels.set())
              .with(floatMath)
              .run(new Op.Conv(g.window(), g.groups), shape, x, w, b);
      assertThat(StepRunner.bits(y))
          .as("%s", g)
          .isEqualTo(
              StepRunner.bits(conv(g, x.toFloats(), w.toFloats(), b.toFloats(), shape, floatMath)));
    }
  }

  private static Tensor conv(
      Geometry g, float[] x, float[] w, float[] b, Shape shape, FloatMath floatMath) {
    float[] y = new float[shape.elements()];
    int next = 0;
    for (int n = 0; n < 2; n++) {
      for (int m = 0; m < shape.dim(1); m++) {
        for (int oy = 0; oy < shape.dim(2); oy++) {
          for (int ox = 0; ox < shape.dim(3); ox++) {
            float sum = 0;
            for (int c = 0; c < g.channels; c++) {
              for (int ky = 0; ky < g.kernel[0]; ky++) {
                for (int kx = 0; kx < g.kernel[1]; kx++) {
                  int iy = oy * g.stride[0] + ky * g.dilation[0] - g.pads[0];
                  int ix = ox * g.stride[1] + kx * g.dilation[1] - g.pads[1];
                  if (iy >= 0 && iy < g.size[0] && ix >= 0 && ix < g.size[1]) {
                    int channel = (n * g.groups + m / g.filters) * g.channels + c;
                    float value = x[(channel * g.size[0] + iy) * g.size[1] + ix];
                    float weight = w[((m * g.channels + c) * g.kernel[0] + ky) * g.kernel[1] + kx];
                    sum = add(sum, value, weight, floatMath);
                  }
                }
              }
            }
            y[next++] = sum + b[m];
          }
        }
      }
    }
    return Tensor.ofFloats(shape, y);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FUSED", "SEPARATE"})
  void convTransposeAddsInputChannelThenKernelRowThenKernelColumn(FloatMath floatMath) {
    Random random = new Random(2);
    for (int i = 0; i < GEOMETRIES; i++) {
      Geometry g = Geometry.random(random);
      Tensor x = random(random, 2, g.groups * g.channels, g.size[0], g.size[1]);
      Tensor w = random(random, g.groups * g.channels, g.filters, g.kernel[0], g.kernel[1]);
      Tensor b = random(random, g.groups * g.filters);
      Shape shape = Shape.of(2, g.groups * g.filters, g.transposed(0), g.transposed(1));
      Op.ConvTranspose op =
          new Op.ConvTranspose(
              g.window(), g.groups, Collections.emptyList(), Collections.emptyList());
      Tensor y = StepRunner.of(ReferenceKernels.set()).with(floatMath).run(op, shape, x, w, b);
      assertThat(StepRunner.bits(y))
          .as("%s", g)
          .isEqualTo(
              StepRunner.bits(
                  transpose(g, x.toFloats(), w.toFloats(), b.toFloats(), shape, floatMath)));
    }
  }

  private static Tensor transpose(
      Geometry g, float[] x, float[] w, float[] b, Shape shape, FloatMath floatMath) {
    float[] y = new float[shape.elements()];
    int next = 0;
    for (int n = 0; n < 2; n++) {
      for (int m = 0; m < shape.dim(1); m++) {
        for (int oy = 0; oy < shape.dim(2); oy++) {
          for (int ox = 0; ox < shape.dim(3); ox++) {
            float sum = 0;
            for (int c = 0; c < g.channels; c++) {
              int channel = m / g.filters * g.channels + c;
              for (int ky = 0; ky < g.kernel[0]; ky++) {
                for (int kx = 0; kx < g.kernel[1]; kx++) {
                  int iy = source(oy + g.pads[0] - ky * g.dilation[0], g.stride[0], g.size[0]);
                  int ix = source(ox + g.pads[1] - kx * g.dilation[1], g.stride[1], g.size[1]);
                  if (iy >= 0 && ix >= 0) {
                    int plane = n * g.groups * g.channels + channel;
                    float value = x[(plane * g.size[0] + iy) * g.size[1] + ix];
                    int filter = channel * g.filters + m % g.filters;
                    float weight = w[(filter * g.kernel[0] + ky) * g.kernel[1] + kx];
                    sum = add(sum, value, weight, floatMath);
                  }
                }
              }
            }
            y[next++] = sum + b[m];
          }
        }
      }
    }
    return Tensor.ofFloats(shape, y);
  }

  /** The input index that a stride takes to a position, or -1. */
  private static int source(int position, int stride, int size) {
    int index = position / stride;
    return position >= 0 && position % stride == 0 && index < size ? index : -1;
  }

  private static float add(float sum, float value, float weight, FloatMath floatMath) {
    return floatMath == FloatMath.FUSED ? Math.fma(value, weight, sum) : sum + value * weight;
  }

  private static Tensor random(Random random, int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(shape, values);
  }
}

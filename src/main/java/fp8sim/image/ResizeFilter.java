package fp8sim.image;

import java.util.Locale;

/**
 * Pillow's resampling filters, named as in torchvision's InterpolationMode. {@link #weight} is the
 * filter at {@code x} (in source pixels, downscaled), which is zero beyond {@link #support()}.
 */
enum ResizeFilter {
  NEAREST(0) {
    @Override
    double weight(double x) {
      throw new IllegalStateException("nearest picks pixels and has no weights");
    }
  },
  BOX(0.5) {
    @Override
    double weight(double x) {
      return x > -0.5 && x <= 0.5 ? 1 : 0;
    }
  },
  BILINEAR(1) {
    @Override
    double weight(double x) {
      double a = Math.abs(x);
      return a < 1 ? 1 - a : 0;
    }
  },
  HAMMING(1) {
    @Override
    double weight(double x) {
      double a = Math.abs(x);
      if (a == 0) {
        return 1;
      }
      if (a >= 1) {
        return 0;
      }
      a *= Math.PI;
      // Pillow writes these two constants as float.
      return StrictMath.sin(a) / a * (0.54f + 0.46f * StrictMath.cos(a));
    }
  },
  BICUBIC(2) {
    @Override
    double weight(double x) {
      double a = Math.abs(x);
      if (a < 1) {
        return ((CUBIC + 2) * a - (CUBIC + 3)) * a * a + 1;
      }
      return a < 2 ? (((a - 5) * a + 8) * a - 4) * CUBIC : 0;
    }
  },
  LANCZOS(3) {
    @Override
    double weight(double x) {
      return x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    }
  };

  /** The free parameter of the bicubic kernel as Pillow chooses it. */
  private static final double CUBIC = -0.5;

  private final double support;

  ResizeFilter(double support) {
    this.support = support;
  }

  double support() {
    return support;
  }

  abstract double weight(double x);

  /** The name in dataset descriptions. */
  String spelling() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static double sinc(double x) {
    if (x == 0) {
      return 1;
    }
    double a = x * Math.PI;
    return StrictMath.sin(a) / a;
  }
}

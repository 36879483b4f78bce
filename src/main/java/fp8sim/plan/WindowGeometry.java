package fp8sim.plan;

import fp8sim.graph.Window;
import fp8sim.tensor.Shape;

/**
 * A sliding window over planes; a window with one spatial axis slides over planes of height 1.
 * Backends derive their own form.
 */
public record WindowGeometry(WindowAxis vertical, WindowAxis horizontal) {

  /** Whether windows over a tensor {@code [N,C,d...]} have one or two spatial axes. */
  public static boolean isPlanar(Shape tensor) {
    return tensor.rank() == 3 || tensor.rank() == 4;
  }

  /**
   * The geometry of a resolved window.
   *
   * @param wide the tensor over which the window slides, {@linkplain #isPlanar planar}
   * @param narrow the tensor with an element for each position of the window
   */
  public static WindowGeometry of(Window window, Shape wide, Shape narrow) {
    boolean twoAxes = wide.rank() == 4;
    return new WindowGeometry(
        twoAxes ? WindowAxis.of(window, 0, wide, narrow) : WindowAxis.ABSENT,
        WindowAxis.of(window, twoAxes ? 1 : 0, wide, narrow));
  }

  /** Positions of the window in a plane. */
  public int positions() {
    return vertical.output() * horizontal.output();
  }

  /** Elements of a plane that the window slides over. */
  public int plane() {
    return vertical.input() * horizontal.input();
  }

  /** Elements of the window. */
  public int taps() {
    return vertical.kernel() * horizontal.kernel();
  }
}

package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.gemm.GemmTile;
import fp8sim.kernel.simd.vector.Specialized;
import java.lang.invoke.MethodHandles;

/** Tiles of matrix products whose panels are items, and whose left operand selects tables. */
abstract class SelectingMatrixTile extends GemmTile {
  /** The tiles of a kind on tables at an address. */
  static SelectingMatrixTile of(TileKind kind, SumForm form, long tables) {
    Class<? extends SelectingMatrixTile> source =
        switch (form.kind()) {
          case FLOATS, FLOAT_RANGES -> FloatSelectingGemmTile.class;
          case INTEGERS, INTEGER_RANGES -> IntegerSelectingGemmTile.class;
          case DOUBLES -> DoubleSelectingGemmTile.class;
        };
    return Specialized.of(MethodHandles.lookup(), source, SelectingMatrixTile.class, kind)
        .on(tables);
  }

  abstract SelectingMatrixTile on(long tables);

  @Override
  public final void window(long x, long rowStride, long[] offsets, long weights, float[] to) {
    throw new UnsupportedOperationException("windows are summed in float32 only");
  }
}

package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.conv.IndirectTile;
import fp8sim.kernel.simd.vector.Specialized;
import java.lang.invoke.MethodHandles;

/** Tiles of convolutions whose filters are items, and whose input selects tables. */
abstract class SelectingPatchTile extends IndirectTile {
  /** The tiles of a kind on tables at an address. */
  static SelectingPatchTile of(TileKind kind, SumForm form, long tables) {
    Class<? extends SelectingPatchTile> source =
        switch (form.kind()) {
          case FLOATS, FLOAT_RANGES -> FloatSelectingIndirectTile.class;
          case INTEGERS, INTEGER_RANGES -> IntegerSelectingIndirectTile.class;
          case DOUBLES -> DoubleSelectingIndirectTile.class;
        };
    return Specialized.of(MethodHandles.lookup(), source, SelectingPatchTile.class, kind)
        .on(tables);
  }

  abstract SelectingPatchTile on(long tables);
}

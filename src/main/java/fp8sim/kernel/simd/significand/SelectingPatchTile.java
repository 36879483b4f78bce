package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.conv.IndirectTile;
import fp8sim.kernel.simd.vector.Specialized;
import java.lang.invoke.MethodHandles;

/** Tiles of convolutions whose filters are items, and whose input selects tables. */
abstract class SelectingPatchTile extends IndirectTile {
  /** The tiles of a kind on tables at an address. */
  static SelectingPatchTile of(TileKind kind, boolean exact, long tables) {
    Class<? extends SelectingPatchTile> source =
        exact ? IntegerSelectingIndirectTile.class : FloatSelectingIndirectTile.class;
    return Specialized.of(MethodHandles.lookup(), source, SelectingPatchTile.class, kind)
        .on(tables);
  }

  abstract SelectingPatchTile on(long tables);
}

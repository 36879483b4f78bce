package fp8sim.kernel.simd.significand;

import fp8sim.kernel.simd.conv.IndirectTile;
import fp8sim.kernel.simd.vector.Specialized;
import java.lang.invoke.MethodHandles;

/** Tiles of convolutions whose filters are items, and whose input selects tables. */
abstract class SelectingPatchTile extends IndirectTile {
  /** The tiles of a kind on tables at an address. */
  static SelectingPatchTile of(TileKind kind, long tables) {
    return Specialized.of(
            MethodHandles.lookup(), SelectingIndirectTile.class, SelectingPatchTile.class, kind)
        .on(tables);
  }

  abstract SelectingPatchTile on(long tables);
}

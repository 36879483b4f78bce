package fp8sim.kernel.tornado.lower;

import fp8sim.kernel.tornado.device.KernelCall;
import fp8sim.kernel.tornado.device.KernelKind;
import fp8sim.kernel.tornado.device.MatrixGeometry;
import fp8sim.kernel.tornado.device.ProductKernel;
import fp8sim.plan.ProductArithmetic;
import fp8sim.plan.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Exact sums of products of codes in tiles: output channels with the same product table lie side by
 * side.
 */
final class TileLowering {
  private static final int NONE = -1;

  private final ProgramBuilder program;
  private final EpilogueLowering epilogues;

  TileLowering(ProgramBuilder program, EpilogueLowering epilogues) {
    this.program = program;
    this.epilogues = epilogues;
  }

  /**
   * Output channels in tiles, each of one product table.
   *
   * @param channels of each row of each tile, -1 for none
   * @param tables of each tile
   */
  private record Tiles(int[] channels, int[] tables) {}

  private static Tiles tiles(StepProducts products, int count) {
    List<Integer> channels = new ArrayList<>();
    List<Integer> tables = new ArrayList<>();
    for (int table = 0; table < products.tables(); table++) {
      int inTile = 0;
      for (int c = 0; c < count; c++) {
        if (products.tableOf(c) == table) {
          if (inTile % MatrixGeometry.SIDE == 0) {
            tables.add(table);
          }
          channels.add(c);
          inTile++;
        }
      }
      while (channels.size() % MatrixGeometry.SIDE != 0) {
        channels.add(NONE);
      }
    }
    return new Tiles(
        channels.stream().mapToInt(Integer::intValue).toArray(),
        tables.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Adds a call. */
  void add(
      Step step,
      CodeMatrix matrix,
      ProductArithmetic arithmetic,
      StepProducts products,
      List<int[]> after) {
    int[] geometry = matrix.geometry(ProductKernel.SIZE);
    Tiles tiles = tiles(products, matrix.channels());
    CodeMatrix.Weight weight = matrix.weight();
    if (weight == null) {
      geometry[ProductKernel.LEFT_TILE] = MatrixGeometry.SIDE * geometry[MatrixGeometry.LEFT_ROW];
    } else {
      pack(geometry, tiles, products, matrix.terms(), weight);
    }
    int[] places = places(products);
    geometry[MatrixGeometry.RESULT] = program.at(step.output());
    geometry[ProductKernel.CHANNELS] = program.addTable(tiles.channels());
    geometry[ProductKernel.TILE_TABLES] =
        program.addTable(Arrays.stream(tiles.tables()).map(t -> places[t]).toArray());
    geometry[ProductKernel.TABLE_WORDS] = products.coding(0).localWords();
    geometry[ProductKernel.PADDING] = products.coding(0).padding();
    geometry[ProductKernel.UNIT] = program.addConstants(products.unit());
    geometry[ProductKernel.SCALES] =
        program.addConstants(StepProducts.scales(arithmetic, matrix.channels()));
    epilogues.add(
        step,
        geometry,
        MatrixGeometry.EPILOGUE,
        after,
        complete ->
            KernelCall.tiles(
                KernelKind.products(products.mode(), weight != null),
                complete,
                tiles.tables().length,
                geometry[MatrixGeometry.COLUMNS],
                matrix.count()));
  }

  /** Constant weights, tile after tile, so that threads side by side read numbers side by side. */
  private void pack(
      int[] geometry, Tiles tiles, StepProducts products, int terms, CodeMatrix.Weight weight) {
    int side = MatrixGeometry.SIDE;
    int[] packed = new int[tiles.channels().length * terms];
    for (int row = 0; row < tiles.channels().length; row++) {
      int channel = tiles.channels()[row];
      int at = row / side * side * terms + row % side;
      for (int k = 0; k < terms && channel != NONE; k++) {
        packed[at + k * side] = products.weight(channel, weight.of(channel, k));
      }
    }
    geometry[MatrixGeometry.LEFT] = program.addTable(packed);
    geometry[MatrixGeometry.LEFT_ROW] = 1;
    geometry[MatrixGeometry.LEFT_TERM] = side;
    geometry[ProductKernel.LEFT_TILE] = side * terms;
  }

  /** Where the product tables are. */
  int[] places(StepProducts products) {
    int[] places = new int[products.tables()];
    for (int t = 0; t < places.length; t++) {
      places[t] = program.addTable(products.coding(t).table());
    }
    return places;
  }
}

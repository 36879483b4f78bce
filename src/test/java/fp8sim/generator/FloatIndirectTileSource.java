package fp8sim.generator;

import static fp8sim.generator.Expressions.masked;
import static fp8sim.generator.Expressions.sum;
import static fp8sim.generator.Template.each;
import static fp8sim.generator.Template.fill;

import java.util.List;
import java.util.Map;

/** Tiles of convolutions whose input stays where it is: one method for each number of positions. */
final class FloatIndirectTileSource {
  /**
   * A method.
   *
   * @param checked the position whose loads keep their check of bounds, which ends a basic block as
   *     the branches of {@link FloatGemmTileSource} do: six positions need one; -1 for none
   */
  private record PatchShape(String name, int positions, int checked) {}

  private static final List<PatchShape> SHAPES =
      List.of(new PatchShape("rows6", 6, 3), new PatchShape("rows4", 4, -1));

  private static final String PARAMETERS =
      """
      long x,
      long[] positions,
      int first,
      long offsets,
      long weights,
      int count,
      float[] from,
      int fromAt,
      float[] to,
      int toAt
      """;

  private static final String MULTIPLY =
      """

      @Override
      public void multiply(
          int size,
          {parameters}) {
        if (size == POSITIONS) {
          rows6(x, positions, first, offsets, weights, count, from, fromAt, to, toAt);
        } else {
          rows4(x, positions, first, offsets, weights, count, from, fromAt, to, toAt);
        }
      }
      """;

  private static final String TILE =
      """

      private void {name}(
          {parameters}) {
        {load}
        {positions}
        long row = weights & ADDRESS;
        long term = offsets & ADDRESS;
        for (long end = term + (long) count * Integer.BYTES; term != end; ) {
          long k = ALL.get(INT, term & ADDRESS) & Integer.MAX_VALUE;
          {loadWeights}
          {terms}
          row = (row + TileShape.ROW) & ADDRESS;
          term += Integer.BYTES;
        }
        {store}
      }
      """;

  private static final String TERM =
      """
      {declared}v = FloatVector.broadcast(SPECIES, ALL.get(FLOAT, x{position} + k));
      {add}
      """;

  private FloatIndirectTileSource() {}

  static SourceFile file() {
    String multiply = fill(MULTIPLY, Map.of("parameters", PARAMETERS));
    String methods = multiply + each(SHAPES, FloatIndirectTileSource::tile);
    return SpecializedClass.file(Rooms.CONV, "tiles", "FloatIndirectTile", methods)
        .importMembers(Rooms.VECTOR + ".Memory", "ADDRESS", "ALL", "FLOAT", "INT", "LANES")
        .importMembers(Rooms.VECTOR + ".Memory", "ORDER", "SPECIES", "VECTOR")
        .importMembers(Rooms.VECTOR + ".TileShape", "COLUMNS")
        .importTypes(Rooms.VECTOR, "TileShape");
  }

  private static String tile(PatchShape shape) {
    RegisterTile tile = new RegisterTile(shape.positions(), 2);
    return fill(
        TILE,
        Map.of(
            "name", shape.name(),
            "parameters", PARAMETERS,
            "load", tile.load(),
            "positions", each(shape.positions(), p -> position(p, p == shape.checked())),
            "loadWeights", tile.loadWeights(),
            "terms", each(shape.positions(), p -> term(tile, p)),
            "store", tile.store("toAt")));
  }

  private static String position(int position, boolean checked) {
    String index = sum("first", position == 0 ? "" : "" + position);
    String address = "x + positions[" + index + "]";
    return "long x%d = %s;".formatted(position, checked ? address : masked(address, "ADDRESS"));
  }

  private static String term(RegisterTile tile, int position) {
    return fill(
        TERM,
        Map.of(
            "declared",
            position == 0 ? "FloatVector " : "",
            "position",
            "" + position,
            "add",
            tile.add(position, vector -> "v", tile::weight)));
  }
}

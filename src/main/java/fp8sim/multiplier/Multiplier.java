package fp8sim.multiplier;

import fp8sim.multiplier.model.Multipliers;
import java.util.List;
import java.util.Optional;

/** A way to multiply. Models are values: equal parameters make equal models. */
public interface Multiplier {
  /** The specification that {@link Multipliers#parse} reads back to an equal model. */
  String name();

  /**
   * The product on given grids.
   *
   * @throws fp8sim.common.Fp8simException if the model is not defined there
   */
  BoundProduct bind(ProductSetting setting);

  /**
   * The grid that holds all products of two operands, of a model that has one: results need no
   * range then.
   */
  default Optional<FloatGrid> resultGrid(Grid a, Grid w) {
    return Optional.empty();
  }

  /**
   * Fails now if the model cannot be used on any setting, before long work is done for it. Runs the
   * user's code, if the model is one.
   *
   * @throws fp8sim.common.Fp8simException one line
   */
  default void check() {}

  /** Whether each product is the real one (before any rounding of products). */
  default boolean isExact() {
    return false;
  }

  /** Which operand of a user's multiplier is which, where that makes a difference. */
  default Optional<String> roles() {
    return Optional.empty();
  }

  /** What its circuit costs, one entry for each technology; empty if the model does not say. */
  default List<UnitCost> costs() {
    return List.of();
  }
}

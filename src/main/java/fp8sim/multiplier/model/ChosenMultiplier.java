package fp8sim.multiplier.model;

import fp8sim.multiplier.Multiplier;
import org.jspecify.annotations.Nullable;

/**
 * A multiplier as the user chose it: what was written, and the model that was read from it. Two
 * choices are equal if they are written alike; one {@link MultiplierReader} then has one model for
 * both.
 *
 * @param specification as written, e.g. {@code adder:compensation=3}; reports and cost tables name
 *     the multiplier so
 */
public record ChosenMultiplier(String specification, Multiplier model) {
  /** The multiplier without an error, which is the default. */
  public static final ChosenMultiplier EXACT = of(Multipliers.EXACT);

  /** The choice of a model that nobody wrote down, under the model's own name. */
  public static ChosenMultiplier of(Multiplier model) {
    return new ChosenMultiplier(model.name(), model);
  }

  /** Whether it is the multiplier without an error. */
  public boolean isExact() {
    return model.equals(Multipliers.EXACT);
  }

  /** Whether it is code of a user's, which runs when products are made. */
  public boolean isSource() {
    return Multipliers.isSource(specification);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ChosenMultiplier choice && specification.equals(choice.specification);
  }

  @Override
  public int hashCode() {
    return specification.hashCode();
  }

  @Override
  public String toString() {
    return specification;
  }
}

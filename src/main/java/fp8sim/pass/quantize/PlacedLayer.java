package fp8sim.pass.quantize;

import fp8sim.numerics.LayerNumerics;
import fp8sim.numerics.LayerRole;
import org.jspecify.annotations.Nullable;

/**
 * A weight layer with its numerics and the names of its quantizers; null where it has none.
 *
 * @param input of the operand; in an approximate layer the one that the operand comes from
 * @param inputIsInserted whether the input quantizer exists only because an approximate product
 *     needs it
 * @param weight of the weight
 * @param result of the exact result
 * @param output of the group's output
 */
public record PlacedLayer(
    LayerRole role,
    LayerNumerics numerics,
    @Nullable String input,
    boolean inputIsInserted,
    @Nullable String weight,
    @Nullable String result,
    @Nullable String output) {}

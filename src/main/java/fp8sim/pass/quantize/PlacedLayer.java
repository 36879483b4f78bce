package fp8sim.pass.quantize;

import fp8sim.numerics.LayerNumerics;
import fp8sim.numerics.LayerRole;
import fp8sim.quant.QuantizerId;
import org.jspecify.annotations.Nullable;

/**
 * A weight layer with its numerics and its quantizers; null where it has none.
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
    @Nullable QuantizerId input,
    boolean inputIsInserted,
    @Nullable QuantizerId weight,
    @Nullable QuantizerId result,
    @Nullable QuantizerId output) {}

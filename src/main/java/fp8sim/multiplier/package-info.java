/**
 * Product models: how two numbers of a small format are multiplied, exactly or approximately, and
 * how products are accumulated.
 *
 * <p>A {@link fp8sim.multiplier.Multiplier} is bound to the grids of its operands ({@link
 * fp8sim.multiplier.ProductSetting}); kernels use the bound product as a {@link
 * fp8sim.multiplier.ProductTable} over all pairs of codes, or code by code. All models are listed
 * in {@link fp8sim.multiplier.model.Multipliers}; a {@link
 * fp8sim.multiplier.model.MultiplierReader} reads each that a run names once, and {@link
 * fp8sim.multiplier.ProductSettingFactory} alone makes what they are bound to. Imports {@code
 * format} only.
 */
@NullMarked
package fp8sim.multiplier;

import org.jspecify.annotations.NullMarked;

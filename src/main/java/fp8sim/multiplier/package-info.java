/**
 * Multipliers: how two numbers of a small format are multiplied, exactly or approximately.
 *
 * <p>Read {@link fp8sim.multiplier.Multiplier} first. It is bound to the grids of its operands
 * ({@link fp8sim.multiplier.ProductSetting}, which {@link fp8sim.multiplier.ProductSettingFactory}
 * alone makes); kernels use the bound product as a {@link fp8sim.multiplier.ProductTable} over all
 * pairs of codes, or code by code. Imports format and common.
 */
@NullMarked
package fp8sim.multiplier;

import org.jspecify.annotations.NullMarked;

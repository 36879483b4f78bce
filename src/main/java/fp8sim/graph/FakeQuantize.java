package fp8sim.graph;

/**
 * Replaces each number by the nearest one that a format represents, kept as float32: {@code x ->
 * y}. Made by the placement pass only.
 *
 * @param quantizer the name of the quantizer; several nodes may share one
 * @param observes whether calibration updates the quantizer's range with what passes here
 */
public record FakeQuantize(String quantizer, boolean observes) implements Op {}

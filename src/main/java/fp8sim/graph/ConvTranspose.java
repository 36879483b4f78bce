package fp8sim.graph;

import java.util.List;

/**
 * Transposed convolution: {@code x [N,C,d...], weight [C,M/group,k...], bias? [M] -> y}. Empty
 * lists where the attribute is absent.
 */
public record ConvTranspose(
    Window window, int group, List<Integer> outputPadding, List<Integer> outputShape)
    implements Op {}
